"use strict";

// Keeps the page, so that a browser source which OBS loads before vtuber_app runs waits for it instead of failing.

const KEPT = "page";
const FILES = ["/" + self.location.search, "/page.css", "/page.js"];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  event.respondWith(
    fetch(event.request).then(
      async (answer) => {
        if (answer.ok && event.request.method === "GET") {
          const kept = await caches.open(KEPT);
          await kept.put(new URL(event.request.url).pathname, answer.clone());
        }
        return answer;
      },
      async (error) => (await caches.match(event.request, { ignoreSearch: true })) ?? Promise.reject(error),
    ),
  );
});
