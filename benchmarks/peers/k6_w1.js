// W1 in k6: its WebSockets, with Engine.IO and Socket.IO frames written by hand, for k6 has no Socket.IO of its own.
import { check } from "k6";
import { WebSocket } from "k6/experimental/websockets";
import { Counter } from "k6/metrics";

const port = __ENV.PORT;
const rounds = Number(__ENV.ROUNDS);
const period = Number(__ENV.PERIOD_S) * 1000;
const answered = new Counter("answered");

export const options = {
  scenarios: { echo: { executor: "per-vu-iterations", vus: Number(__ENV.USERS), iterations: 1, maxDuration: "5m" } },
};

export default function () {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  let sent = 0;
  let back = 0;
  let last = null;
  socket.onmessage = (message) => {
    const text = message.data;
    if (text.startsWith("43")) {
      const answer = JSON.parse(text.slice(text.indexOf("[")));
      check(answer[0], { ok: (one) => one.ok === true });
      last = answer[0].id;
      answered.add(1);
      back += 1;
      if (back === rounds) socket.close();
    } else if (text.startsWith("40")) {
      const timer = setInterval(() => {
        socket.send(`42${sent}["echo",{"number":${sent}}]`);
        sent += 1;
        if (sent === rounds) clearInterval(timer);
      }, period);
    } else if (text.startsWith("0")) {
      socket.send("40");
    } else if (text === "2") {
      socket.send("3");
    }
  };
}

export function handleSummary(data) {
  return { stdout: `${data.metrics.answered.values.count} round trips\n` };
}
