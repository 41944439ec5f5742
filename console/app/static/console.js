// What a page does beyond its forms and links; htmx does the asking.
"use strict";

const shownInZone = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "medium" });

// Times come in UTC; they are shown in the browser's time zone, with the zone's own words on hover.
function showTimes(within) {
  for (const element of within.querySelectorAll("time[datetime]")) {
    const at = new Date(element.dateTime);
    element.title = element.textContent;
    element.textContent = shownInZone.format(at);
  }
}

// A moment in a form is UTC to the console, and in the browser's time zone to its person.
const zone = new Intl.DateTimeFormat(document.documentElement.lang, { timeZoneName: "short" })
  .formatToParts()
  .find((part) => part.type === "timeZoneName").value;
for (const input of document.querySelectorAll("input[type=datetime-local]")) {
  const label = input.labels[0].firstChild;
  label.textContent = label.textContent.replace("UTC", zone);
  const at = new Date(`${input.defaultValue}Z`);
  if (!Number.isNaN(at.getTime())) {
    // The default: what the browser has kept of a form that was left is in its time zone already.
    input.defaultValue = new Date(at - 60_000 * at.getTimezoneOffset()).toISOString().slice(0, 19);
  }
  input.form.addEventListener("formdata", ({ formData }) => {
    const chosen = new Date(formData.get(input.name));
    if (!Number.isNaN(chosen.getTime())) {
      formData.set(input.name, chosen.toISOString().slice(0, 19));
    }
  });
}

const offline = document.getElementById("offline");

// A part of the page that is asked for again and again: while the page is seen.
function refresh() {
  if (document.visibilityState === "visible") {
    document.body.dispatchEvent(new Event("refresh"));
  }
}

showTimes(document);
document.body.addEventListener("htmx:afterSwap", (event) => {
  showTimes(document.getElementById(event.detail.target.id) ?? document);
});

// What a person has opened stays open when news replaces it.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  event.detail.opened = [...event.detail.target.querySelectorAll("details[open][id]")].map((details) => details.id);
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  for (const id of event.detail.opened ?? []) {
    document.getElementById(id)?.setAttribute("open", "");
  }
});

// A list whose options were looked for has chosen another one: its listeners hear of that as of a choice by hand.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target instanceof HTMLSelectElement) {
    event.detail.target.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// News that could not be had is asked for again by itself; a form that could not be sent is for its person to send again.
const notSent = document.getElementById("not-sent");
function isNews(event) {
  return event.detail.requestConfig?.verb === "get";
}
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(name, (event) => {
    (isNews(event) ? offline : notSent).hidden = !isNews(event) && name === "htmx:responseError";
  });
}
document.body.addEventListener("htmx:afterOnLoad", (event) => {
  (isNews(event) ? offline : notSent).hidden = true;
});
// What a service says against a form is shown in its place.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!isNews(event) && event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = true;
  }
});

// Files: dropped anywhere on the form, sent at once, with how far it is.
for (const form of document.querySelectorAll("form[data-drop]")) {
  const files = form.querySelector("input[type=file]");
  for (const name of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle("over", name === "dragover");
    });
  }
  form.addEventListener("drop", (event) => {
    files.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  const sent = form.querySelector("progress");
  form.addEventListener("htmx:xhr:progress", (event) => {
    if (event.detail.lengthComputable && event.detail.total) {
      sent.hidden = false;
      sent.value = (100 * event.detail.loaded) / event.detail.total;
    }
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== form) {
      return; // a list inside the form was searched: the files are not sent yet
    }
    sent.hidden = true;
    if (event.detail.successful) {
      files.value = "";
      refresh();
    }
  });
}

if (document.getElementById("news")) {
  setInterval(refresh, 1000 * Number(document.body.dataset.refreshSeconds));
  document.addEventListener("visibilitychange", refresh);
}

// A page that could not be had is tried again by itself.
const again = document.querySelector("[data-try-again]");
if (again) {
  setTimeout(() => location.replace(again.href), 5000);
}

// A form that destroys asks first.
document.body.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) {
    event.preventDefault();
  }
});
