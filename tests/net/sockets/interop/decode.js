// Decodes what comes line by line as JSON: {packet: [text, attachment, ...]} or {body: text}, attachments in base64.
// Says for each line what Node's own parsers make of it; binary values are {$bytes: base64}.
const { Decoder } = require("socket.io-parser");
const { decodePayload } = require("engine.io-parser");

const plain = (value) => {
  if (Buffer.isBuffer(value)) return { $bytes: value.toString("base64") };
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  return value;
};

const packet = ([text, ...attachments]) => {
  const decoder = new Decoder();
  let decoded = null;
  decoder.on("decoded", (found) => (decoded = found));
  decoder.add(text);
  for (const attachment of attachments) decoder.add(Buffer.from(attachment, "base64"));
  if (!decoded) return { error: "incomplete" };
  const { type, nsp, id, data } = decoded;
  return { type, nsp, id: id === undefined ? null : id, data: plain(data === undefined ? null : data) };
};

const body = (text) =>
  decodePayload(text, "nodebuffer").map(({ type, data }) => [type, plain(data === undefined ? null : data)]);

const answer = (line) => {
  const asked = JSON.parse(line);
  try {
    return asked.packet ? packet(asked.packet) : body(asked.body);
  } catch (error) {
    return { error: error.message };
  }
};

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(`${JSON.stringify(answer(line))}\n`));
