// What every peer is measured against: an echo (W1) and a flood (W5) over Socket.IO, and a POST that answers small JSON (W2).
// It does as little as a server can, so that the generator is what is measured.
"use strict";
const http = require("node:http");

const server = http.createServer((request, response) => {
  if (request.url.startsWith("/socket.io")) return; // engine.io takes it
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    let body;
    if (request.method === "POST") {
      const asked = JSON.parse(Buffer.concat(parts).toString());
      body = JSON.stringify({ id: `m-${asked.number}`, number: asked.number, ok: true });
    } else {
      body = '{"ok":true}';
    }
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    response.writeHead(request.method === "POST" ? 201 : 200, headers);
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;

try {
  const { Server } = require("socket.io");
  const io = new Server(server, { transports: ["websocket", "polling"], perMessageDeflate: false });
  io.on("connection", (socket) => {
    socket.on("flood", ({ events }) => {
      for (let number = 1; number <= events; number += 1) socket.emit("tick", { number, text: "hello", id: `e-${number}` });
    });
    socket.on("echo", (data, answer) => answer?.({ ok: true, number: data.number, id: `e-${data.number}` }));
  });
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") throw error;
  process.stderr.write("without socket.io: only W2 can be played\n");
}

server.listen(Number(process.argv[2] || 0), "127.0.0.1", () => {
  process.stdout.write(`${server.address().port}\n`);
});
