// W2 in k6.
import { check } from "k6";
import http from "k6/http";

const url = `http://127.0.0.1:${__ENV.PORT}/messages`;
const params = { headers: { "Content-Type": "application/json" } };
let last = null;
let number = 0;

export const options = {
  scenarios: {
    post: {
      executor: "per-vu-iterations",
      vus: Number(__ENV.USERS),
      iterations: Number(__ENV.ROUNDS),
      maxDuration: "10m",
    },
  },
};

export default function () {
  const answer = http.post(url, JSON.stringify({ number, text: "hello" }), params);
  check(answer, { created: (one) => one.status === 201 });
  last = answer.json("id");
  number += 1;
}

export function handleSummary(data) {
  return { stdout: `${data.metrics.http_reqs.values.count} requests\n` };
}
