// W5 with Socket.IO's own client: each event's text compared, its number greater than the last.
"use strict";
const { io } = require("socket.io-client");

const [port, users, events] = process.argv.slice(2).map(Number);
let left = users;
let ready = 0;
const sockets = [];
for (let user = 0; user < users; user += 1) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ["websocket"], forceNew: true });
  sockets.push(socket);
  let heard = 0;
  let last = 0;
  socket.on("tick", (data) => {
    if (data.text !== "hello" || !(data.number > last)) throw new Error("not as claimed");
    last = data.number;
    heard += 1;
    if (heard === events) {
      left -= 1;
      if (left === 0) {
        process.stdout.write(`${users * events} events\n`);
        for (const one of sockets) one.close();
      }
    }
  });
  socket.on("connect", () => {
    ready += 1;
    if (ready === users) for (const one of sockets) one.emit("flood", { events });
  });
}
