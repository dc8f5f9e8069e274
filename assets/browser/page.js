"use strict";

// A message is a picture: its number (uint32), its width and height, then left, top, width and height of the part that
// isn't fully transparent (uint16 each), all little-endian, and that part in straight RGBA, row by row. It is answered
// with its number once it is drawn. An empty message says that the program lives.

const HEADER = 16;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;
const SILENCE_MS = 8000;

const canvas = document.querySelector("canvas");
const context = canvas.getContext("2d");
const keepsLast = new URLSearchParams(location.search).get("hold") === "1";
let drawn = "";
let wait = FIRST_WAIT_MS;

function draw(message) {
  const header = new DataView(message);
  const [width, height, left, top, wide, high] = [4, 6, 8, 10, 12, 14].map((place) => header.getUint16(place, true));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const place = [left, top, wide, high].join();
  if (place !== drawn) {
    context.clearRect(0, 0, width, height);
    drawn = place;
  }
  if (wide && high) {
    context.putImageData(new ImageData(new Uint8ClampedArray(message, HEADER), wide, high), left, top);
  }
}

function connect() {
  const socket = new WebSocket(`ws://${location.host}/live${location.search}`);
  socket.binaryType = "arraybuffer";
  let watch = 0;

  function lost() {
    clearTimeout(watch);
    socket.onclose = socket.onmessage = null;
    socket.close();
    if (!keepsLast) {
      context.clearRect(0, 0, canvas.width, canvas.height);
    }
    setTimeout(connect, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }

  socket.onmessage = ({ data }) => {
    clearTimeout(watch);
    watch = setTimeout(lost, SILENCE_MS);
    wait = FIRST_WAIT_MS;
    if (data.byteLength >= HEADER) {
      draw(data);
      socket.send(data.slice(0, 4));
    }
  };
  socket.onclose = lost;
}

connect();
navigator.serviceWorker?.register("worker.js" + location.search); // browsers have none for pages from the network
