"use strict";

// A message is a picture: its number (uint32), width and height (uint16 each), all little-endian, then straight RGBA,
// row by row. It is answered with its number once it is drawn. An empty message says that the program lives.

const HEADER = 8;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;
const SILENCE_MS = 8000;

const canvas = document.querySelector("canvas");
const context = canvas.getContext("2d");
const keepsLast = new URLSearchParams(location.search).get("hold") === "1";
let wait = FIRST_WAIT_MS;

function draw(message) {
  const header = new DataView(message);
  const width = header.getUint16(4, true);
  const height = header.getUint16(6, true);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.putImageData(new ImageData(new Uint8ClampedArray(message, HEADER), width, height), 0, 0);
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
    if (data.byteLength > HEADER) {
      draw(data);
      socket.send(data.slice(0, 4));
    }
  };
  socket.onclose = lost;
}

connect();
