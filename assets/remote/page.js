"use strict";

// What comes begins with a letter: S, then the state as JSON; P, then a picture's number (uint32, little-endian, to be
// answered with once it is drawn) and the picture; T, then an avatar's id (16 letters) and its thumbnail. An empty
// message says that the program lives. What goes is a wish as JSON of at most 125 bytes, or such a number.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
const SILENCE_MS = 8000;
const HINT_MS = 3500;
const HOPELESS = 4; // attempts, then the user is told to scan anew
const AT_ONCE = 6; // thumbnails asked for and not there yet

const element = (id) => document.getElementById(id);
const preview = element("preview").getContext("2d");
const text = new TextDecoder();
const thumbnails = new Map(); // messages by id, null while one is on its way
const wanted = []; // ids of tiles that have been seen
let socket = null;
let state = null;
let wait = FIRST_WAIT_MS;
let failures = 0;
let hinting = 0;

function wish(what) {
  if (socket?.readyState === WebSocket.OPEN) {
    socket.send(new TextEncoder().encode(JSON.stringify(what)));
  }
}

function say(words, ms) {
  clearTimeout(hinting);
  element("hint").textContent = words;
  element("hint").hidden = !words;
  if (ms) {
    hinting = setTimeout(() => say(""), ms);
  }
}

function put(words, kind) {
  element("state").className = kind;
  element("state").lastElementChild.textContent = words;
}

// Buttons are kept as long as their choice is there, so that none is lost under a finger.
function fill(parent, choices, prefix, make, press) {
  const kept = new Set(choices.map(({ id }) => prefix + id));
  for (const button of [...parent.children]) {
    if (button.id.startsWith(prefix) && !kept.has(button.id)) {
      button.remove();
    }
  }
  for (const choice of choices) {
    let button = element(prefix + choice.id);
    if (!button) {
      button = document.createElement("button");
      button.id = prefix + choice.id;
      make(button, choice);
      button.addEventListener("click", () => press(choice.id, button.getAttribute("aria-pressed") !== "true"));
    }
    parent.append(button);
    button.setAttribute("aria-pressed", choice.on);
    button.classList.toggle("fault", choice.fault);
    const small = button.querySelector("small");
    if (small) {
      small.textContent = choice.words;
    }
  }
}

function named(button, { name }) {
  button.textContent = name;
}

function output(button, choice) {
  button.append(choice.name, document.createElement("small"));
}

function tile(button, choice) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 144;
  button.append(canvas, choice.name);
  seen.observe(button);
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      seen.unobserve(target);
      wanted.push(target.id.slice("avatar-".length));
    }
  }
  ask();
}, { rootMargin: "200px" });

function ask() {
  const waiting = [...thumbnails.values()].filter((message) => message === null).length;
  for (const id of wanted.splice(0, Math.max(0, AT_ONCE - waiting))) {
    if (!thumbnails.has(id)) {
      thumbnails.set(id, null);
      wish({ do: "thumbnail", what: id });
    }
  }
}

function show(new_) {
  state = new_;
  put(state.words, state.fault ? "bad" : "good");
  element("rest").setAttribute("aria-pressed", state.resting);
  element("rest").lastElementChild.textContent = state.resting ? "Doesn't follow you" : "Follows your face";
  fill(element("actions"), state.outputs, "output-", output, (what, on) => wish({ do: "output", what, on }));
  fill(element("expressions"), state.expressions, "expression-", named, (what, on) => wish({ do: "expression", what, on }));
  fill(element("avatars"), state.avatars, "avatar-", tile, (what) => wish({ do: "avatar", what }));
}

async function take(message) {
  const kind = text.decode(message.slice(0, 1));
  if (kind === "S") {
    show(JSON.parse(text.decode(message.slice(1))));
  } else if (kind === "P") {
    const bitmap = await createImageBitmap(new Blob([message.slice(5)]));
    if (preview.canvas.width !== bitmap.width || preview.canvas.height !== bitmap.height) {
      preview.canvas.width = bitmap.width;
      preview.canvas.height = bitmap.height;
    }
    preview.drawImage(bitmap, 0, 0);
    bitmap.close();
    if (socket?.readyState === WebSocket.OPEN) {
      socket.send(message.slice(1, 5));
    }
  } else if (kind === "T") {
    const id = text.decode(message.slice(1, 17));
    thumbnails.set(id, message);
    ask();
    if (message.byteLength > 17) { // otherwise it can't be read
      const bitmap = await createImageBitmap(new Blob([message.slice(17)]));
      element("avatar-" + id)?.firstChild.getContext("2d").drawImage(bitmap, 0, 0, 144, 144);
      bitmap.close();
    }
  }
}

function connect() {
  const own = socket = new WebSocket(`ws://${location.host}/live${location.search}`);
  own.binaryType = "arraybuffer";
  let watch = setTimeout(lost, SILENCE_MS);

  function lost() {
    clearTimeout(watch);
    own.onclose = own.onmessage = null;
    own.close();
    failures += 1;
    document.body.classList.add("away");
    put("Not connected", "");
    if (failures === HOPELESS) {
      say("vtuber_app doesn't answer. Is the remote switched on there, and the phone in the same Wi-Fi? Else scan the code again.");
    }
    setTimeout(connect, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }

  own.onopen = () => {
    failures = 0;
    wait = FIRST_WAIT_MS;
    say("");
    document.body.classList.remove("away");
    for (const [id, message] of thumbnails) {
      if (message === null) { // it was on its way when the connection broke
        thumbnails.delete(id);
        wanted.push(id);
      }
    }
    wish({ do: "watch", on: !document.hidden });
    ask();
  };
  own.onmessage = ({ data }) => {
    clearTimeout(watch);
    watch = setTimeout(lost, SILENCE_MS);
    take(data);
  };
  own.onclose = lost;
}

element("calibrate").addEventListener("click", () => {
  wish({ do: "calibrate" });
  say("Look straight at the camera with a relaxed face", HINT_MS);
});
element("rest").addEventListener("click", () => wish({ do: "rest", on: !state?.resting }));
document.addEventListener("visibilitychange", () => wish({ do: "watch", on: !document.hidden }));
connect();
