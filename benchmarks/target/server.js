// What every peer is measured against: an echo (W1) and a flood (W5) over Socket.IO, a POST that answers small JSON (W2), and
// rooms of ten in which everybody hears what anybody posts (W4).
// It does as little as a server can, so that the generator is what is measured.
"use strict";
const http = require("node:http");

const MEMBERS = 10;
const users = [];
let io = null;
let messages = 0;

function made({ name }) {
  const number = users.length;
  const user = { id: `u-${number}`, name, token: `token-of-${number}`, room: `r-${Math.floor(number / MEMBERS)}` };
  users.push(user);
  return user;
}

function said({ room, text }, authorization) {
  const sender = users[Number(String(authorization).slice("Bearer token-of-".length))];
  messages += 1;
  const message = { id: `m-${messages}`, room, text, sender: { id: sender.id, name: sender.name }, createdAt: new Date().toISOString() };
  io.to(room).emit("message", message);
  return { id: message.id, room, text };
}

function answer(url, asked, authorization) {
  if (url === "/users") return made(asked);
  if (url === "/messages") return said(asked, authorization);
  return { id: `m-${asked.number}`, number: asked.number, ok: true };
}

const server = http.createServer((request, response) => {
  if (request.url.startsWith("/socket.io")) return; // engine.io takes it
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    let body;
    if (request.method === "POST") {
      const asked = JSON.parse(Buffer.concat(parts).toString());
      body = JSON.stringify(answer(request.url, asked, request.headers.authorization));
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
  io = new Server(server, { transports: ["websocket", "polling"], perMessageDeflate: false });
  io.on("connection", (socket) => {
    const user = users[Number(String(socket.handshake.auth?.token).slice("token-of-".length))];
    if (user) socket.join(user.room);
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
