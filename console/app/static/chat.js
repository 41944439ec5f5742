// An answer that is shown as it comes. Without this file the form is sent as every other, and a page comes back.
"use strict";

for (const form of document.querySelectorAll("form[data-chat]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
  // Another knowledge base is another conversation.
  form.querySelector("select[name=knowledge_base_id]")?.addEventListener("change", () => {
    form.elements.namedItem("session_id").value = "";
  });
}

async function ask(form) {
  const button = form.querySelector("button");
  const unsent = document.getElementById("not-sent");
  button.disabled = true;
  let response;
  try {
    const headers = { Accept: "text/event-stream" };
    response = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
  } catch {
    unsent.hidden = false;
    button.disabled = false;
    return;
  }
  if (!response.headers.get("content-type").startsWith("text/event-stream")) {
    form.submit(); // refused, signed out or away: the page that comes back says which, with the text in it
    return;
  }
  unsent.hidden = true;
  const list = document.getElementById(form.dataset.chat);
  const question = form.elements.namedItem("message");
  list.append(message(form.dataset.question, question.value));
  const answer = message(form.dataset.answer, "");
  list.append(answer);
  answer.setAttribute("aria-busy", "true");
  answer.scrollIntoView({ block: "nearest" });
  let address = null;
  try {
    for await (const [name, content] of events(response.body)) {
      if (name === "token") {
        answer.lastChild.textContent += content.text;
      } else {
        answer.insertAdjacentHTML(name === "done" ? "afterend" : "beforeend", content.html);
        address = content.address ?? "";
        for (const tag of document.querySelectorAll("input[name=etag]")) {
          tag.value = content.etag ?? tag.value;
        }
      }
    }
  } catch {
    // The connection was lost: the address is still missing, and the text is kept for another try.
  }
  button.disabled = false;
  answer.removeAttribute("aria-busy");
  if (address) {
    answer.remove();
    question.value = "";
    form.elements.namedItem("session_id").value = address.split(/[/#]/)[3];
    history.replaceState(null, "", address.split("#")[0]);
    document.body.dispatchEvent(new Event("answered")); // the list of conversations reads itself again
  } else if (address === null) {
    unsent.hidden = false;
  }
}

function message(title, text) {
  const item = document.createElement("li");
  item.className = "message card";
  const head = document.createElement("h3");
  head.textContent = title;
  const body = document.createElement("p");
  body.className = "kept";
  body.textContent = text;
  item.append(head, body);
  return item;
}

async function* events(body) {
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const whole = (rest + part.value).split("\n\n");
    rest = whole.pop();
    for (const one of whole) {
      const [name, data] = one.split("\n");
      yield [name.slice("event: ".length), JSON.parse(data.slice("data: ".length))];
    }
  }
}
