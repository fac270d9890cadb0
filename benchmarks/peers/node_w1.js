// W1 with Socket.IO's own client.
"use strict";
const { io } = require("socket.io-client");

const [port, users, rounds, period] = process.argv.slice(2).map(Number);
let left = users;
for (let user = 0; user < users; user += 1) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ["websocket"], forceNew: true });
  let sent = 0;
  let back = 0;
  let last = null;
  socket.on("connect", () => {
    const timer = setInterval(() => {
      socket.emit("echo", { number: sent }, (answer) => {
        if (answer.ok !== true) throw new Error("not as claimed");
        last = answer.id;
        back += 1;
        if (back === rounds) {
          socket.close();
          left -= 1;
          if (left === 0) process.stdout.write(`${users * rounds} round trips, the last ${last}\n`);
        }
      });
      sent += 1;
      if (sent === rounds) clearInterval(timer);
    }, period * 1000);
  });
}
