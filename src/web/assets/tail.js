// Adds what happens to a run to its timeline while the page is open. Without it the page is complete as it was loaded.
const list = document.querySelector("[data-tail]");
const note = document.querySelector("[data-tail-note]");

if (list instanceof HTMLElement && note instanceof HTMLElement) follow(list.dataset.tail ?? "", list, note);

function follow(address, into, said) {
  const source = new EventSource(address);
  said.textContent = "Live: what happens appears here.";
  source.addEventListener("entry", (event) => {
    const { at, text } = JSON.parse(event.data);
    const line = document.createElement("li");
    const time = document.createElement("time");
    time.dateTime = at;
    time.textContent = `${at.slice(0, 16).replace("T", " ")} UTC`;
    line.className = "new";
    line.append(time, ` ${text}`);
    into.append(line);
  });
  source.addEventListener("progress", (event) => {
    said.textContent = `Live: ${JSON.parse(event.data).text}`;
  });
  source.addEventListener("error", () => {
    said.textContent = "Not live at the moment; trying again.";
  });
}
