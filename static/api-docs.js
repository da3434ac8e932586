/* Starts Swagger UI on the page of the API reference, without a single request to another host. */
(() => {
  "use strict";
  const root = document.documentElement;
  const place = document.getElementById("swagger-ui");
  const BARE_KEY = /^[\w-]+$/; // what people paste: the key alone

  /* Cookies open nothing here; the header is written whole, as scripts send it. */
  function prepare(request) {
    request.credentials = "omit";
    const given = (request.headers.Authorization || "").trim();
    if (BARE_KEY.test(given)) request.headers.Authorization = `Token ${given}`;
    return request;
  }

  /* Swagger UI has a dark look of its own, under its own class. */
  function followTheme() {
    root.classList.toggle("dark-mode", root.getAttribute("data-bs-theme") === "dark");
  }

  /* What screen readers and keyboards miss in it. */
  function mend() {
    const set = (selector, name, value) =>
      place.querySelectorAll(selector).forEach((one) => one.setAttribute(name, value));
    set(".close-modal", "aria-label", place.dataset.close);
    set("textarea", "aria-label", place.dataset.body);
    set("pre", "tabindex", "0"); // long ones scroll
  }

  new MutationObserver(mend).observe(place, { childList: true, subtree: true });
  new MutationObserver(followTheme).observe(root, { attributeFilter: ["data-bs-theme"] });
  followTheme();
  place.replaceChildren();
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset.document,
    deepLinking: false, // it would put links into buttons
    displayRequestDuration: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    requestInterceptor: prepare,
  });
})();
