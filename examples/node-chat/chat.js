// A small chat: a login that sets a cookie, rooms over HTTP, and everything else over Socket.IO.
// PORT chooses the port (0: a free one). CHAT_DEFECT plants a mistake, for those who want to see it found:
//   leak      what is said in a room reaches everybody
//   smudge    pictures arrive with one byte changed
//   forget    a recovered connection misses what was said meanwhile
const crypto = require("crypto");
const { createServer } = require("http");
const { Server } = require("socket.io");

const defect = process.env.CHAT_DEFECT || "";
const sessions = new Map(); // cookie -> person
const rooms = new Map(); // id -> { id, name, by, messages }
let numbers = 0;
const newId = (kind) => `${kind}-${++numbers}`;

// -- HTTP ------------------------------------------------------------------------------------------

const cookieOf = (header) => {
  const pairs = (header || "").split(";").map((pair) => pair.trim().split("="));
  return (pairs.find(([name]) => name === "session") || [])[1];
};

const personOf = (headers) => sessions.get(cookieOf(headers.cookie));

const bodyOf = async (request) => {
  let text = "";
  for await (const part of request) text += part;
  try {
    return JSON.parse(text || "{}");
  } catch {
    return null;
  }
};

const answer = (response, status, body, headers = {}) => {
  response.writeHead(status, body === undefined ? headers : { "content-type": "application/json", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};

const routes = {
  "GET /health": (request, response) => answer(response, 200, { up: true }),

  "POST /login": (request, response, { body }) => {
    if (!body || typeof body.name !== "string" || !body.name) return answer(response, 400, { error: "who are you?" });
    const person = { id: newId("person"), name: body.name, moderator: body.role === "MODERATOR" };
    const session = crypto.randomUUID();
    sessions.set(session, person);
    answer(response, 200, { id: person.id, name: person.name }, { "set-cookie": `session=${session}; Path=/; HttpOnly` });
  },

  "GET /me": (request, response, { person }) => answer(response, 200, { id: person.id, name: person.name }),

  "POST /rooms": (request, response, { person, body }) => {
    if (!body || !body.name) return answer(response, 400, { error: "a room has a name" });
    const room = { id: newId("room"), name: body.name, by: person.id, messages: [] };
    rooms.set(room.id, room);
    io.emit("room opened", { id: room.id, name: room.name, by: person.id });
    answer(response, 201, { id: room.id, name: room.name });
  },

  "GET /rooms/:id/messages": (request, response, { room }) => answer(response, 200, room.messages),

  "DELETE /rooms/:id": (request, response, { person, room }) => {
    if (room.by !== person.id) return answer(response, 403, { error: "it is not yours" });
    rooms.delete(room.id);
    io.to(room.id).emit("room closed", { id: room.id });
    io.in(room.id).socketsLeave(room.id);
    answer(response, 204);
  },
};

const http = createServer(async (request, response) => {
  const path = request.url.split("?")[0];
  const parts = path.split("/");
  const isRoom = parts[1] === "rooms" && parts.length > 2;
  const route = routes[`${request.method} ${isRoom ? ["", "rooms", ":id", ...parts.slice(3)].join("/") : path}`];
  if (!route) return answer(response, 404, { error: "no such place" });
  const open = path === "/health" || path === "/login";
  const person = personOf(request.headers);
  if (!open && !person) return answer(response, 401, { error: "log in first" });
  const room = isRoom ? rooms.get(parts[2]) : undefined;
  if (isRoom && !room) return answer(response, 404, { error: "no such room" });
  const body = request.method === "POST" ? await bodyOf(request) : undefined;
  route(request, response, { person, room, body });
});

// -- Socket.IO -------------------------------------------------------------------------------------

const io = new Server(http, { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } });
const moderation = io.of("/moderation");

const known = (socket, next) => {
  const person = personOf(socket.handshake.headers);
  if (!person) return next(new Error("log in first"));
  socket.data.person = person;
  next();
};

io.use(known);
moderation.use(known);
moderation.use((socket, next) => {
  if (socket.data.person.moderator) return next();
  const error = new Error("moderators only");
  error.data = { code: "NOT_A_MODERATOR" };
  next(error);
});

// What is done on a socket is acknowledged: {ok: true, ...}, or {ok: false, error}.
const handle = (socket, name, work) =>
  socket.on(name, async (...args) => {
    const done = typeof args.at(-1) === "function" ? args.pop() : () => {};
    try {
      done({ ok: true, ...(await work(...args)) });
    } catch (error) {
      done({ ok: false, error: error.message });
    }
  });

const roomOf = (socket, id) => {
  const room = rooms.get(id);
  if (!room) throw new Error("no such room");
  if (!socket.rooms.has(id)) throw new Error("you are not in that room");
  return room;
};

io.on("connection", (socket) => {
  const { person } = socket.data;
  socket.join(person.id);

  handle(socket, "sync", () => ({}));

  handle(socket, "join", ({ room }) => {
    if (!rooms.has(room)) throw new Error("no such room");
    socket.join(room);
    socket.to(room).emit("joined", { room, person: person.id });
    return { members: io.sockets.adapter.rooms.get(room).size };
  });

  handle(socket, "leave", ({ room }) => {
    roomOf(socket, room);
    socket.leave(room);
    io.to(room).emit("left", { room, person: person.id });
  });

  handle(socket, "say", ({ room, text }) => {
    const message = { id: newId("message"), room, from: person.id, text };
    roomOf(socket, room).messages.push(message);
    (defect === "leak" ? io : io.to(room)).emit("said", message);
    return { id: message.id };
  });

  handle(socket, "picture", ({ room, name }, image) => {
    roomOf(socket, room);
    if (!Buffer.isBuffer(image)) throw new Error("a picture is bytes");
    const shown = Buffer.from(image);
    if (defect === "smudge") shown[shown.length - 1] ^= 1;
    socket.to(room).emit("pictured", { room, name, from: person.id, image: shown });
    return { bytes: image.length, sha256: crypto.createHash("sha256").update(image).digest("hex") };
  });

  // Everybody else in the room is asked; who does not answer in time counts as silent.
  handle(socket, "poll", async ({ room, question }) => {
    roomOf(socket, room);
    const others = (await io.in(room).fetchSockets()).filter((other) => other.id !== socket.id);
    const asked = others.map((other) => io.sockets.sockets.get(other.id).timeout(1000).emitWithAck("question", { question }));
    const told = await Promise.allSettled(asked);
    return {
      answers: told.filter(({ status }) => status === "fulfilled").map(({ value }) => value),
      silent: told.filter(({ status }) => status === "rejected").length,
    };
  });
});

moderation.on("connection", (socket) => {
  handle(socket, "sync", () => ({}));
  handle(socket, "warn", ({ person, words }) => {
    io.to(person).emit("warned", { words });
    moderation.emit("noted", { person, words, by: socket.data.person.id });
  });
});

if (defect === "forget") {
  const restore = io.sockets.adapter.restoreSession.bind(io.sockets.adapter);
  io.sockets.adapter.restoreSession = async (...args) => {
    const session = await restore(...args);
    return session && { ...session, missedPackets: [] };
  };
}

http.listen(Number(process.env.PORT || 3004), "127.0.0.1", () =>
  console.log(`ready at http://127.0.0.1:${http.address().port}`),
);
