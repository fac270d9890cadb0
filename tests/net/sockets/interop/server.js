// A Socket.IO server for the tests of interoperation; its options come as JSON, its port goes to stdout.
const options = JSON.parse(process.argv[2] || "{}");
const http = require("http").createServer((request, response) => response.writeHead(404).end("not here"));
const parser = options.parser ? require(options.parser) : undefined;
const settings = { ...options.settings, parser };
if (!parser) delete settings.parser;
const io =
  options.version === 2
    ? require("socket.io-2")(http, settings)
    : new (require("socket.io").Server)(http, settings);

if (options.version !== 2) {
  io.use((socket, next) => {
    if (socket.handshake.auth.token !== "refuse") return next();
    const error = new Error("not you");
    error.data = { code: 7 };
    next(error);
  });
  const listen = (namespace) =>
    namespace.on("connection", (socket) => {
      socket.onAny((name, ...args) => {
        if (name === "shout") namespace.emit("shouted", ...args);
      });
      socket.on("echo", (...args) => args.pop()(...args));
      socket.on("whoami", (answer) =>
        answer({
          auth: socket.handshake.auth,
          cookie: socket.handshake.headers.cookie || null,
          transport: socket.conn.transport.name,
          recovered: socket.recovered,
          session: socket.conn.id,
          rooms: [...socket.rooms].length,
        }),
      );
      socket.on("ask", async (question, answer) => {
        try {
          answer(await socket.timeout(3000).emitWithAck("question", question));
        } catch (error) {
          answer({ error: error.message });
        }
      });
      socket.on("flood", (count) => {
        for (let number = 0; number < count; number++) socket.emit("item", number, "é");
      });
      socket.on("file", (data, answer) => {
        socket.emit("file", { name: "a", parts: [data, Buffer.from([0, 255])] });
        answer(Buffer.from(data).reverse());
      });
      socket.on("kick", () => {
        socket.emit("last words");
        socket.disconnect();
      });
      socket.on("cut", () => socket.conn.close());
      socket.on("drop", () => socket.conn.transport.onError("dropped for a test"));
    });
  listen(io.of("/"));
  listen(io.of("/chat"));
  io.engine.on("initial_headers", (headers) => {
    headers["set-cookie"] = "route=a; Path=/";
  });
}
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
