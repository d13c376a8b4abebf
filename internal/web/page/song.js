// A song's own page: one button that puts the song on the air.

const button = document.getElementById("play");
const reply = document.getElementById("reply");
const code = document.querySelector("[data-code]").dataset.code;

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const answer = await fetch("/api/v1/orders", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ order: `play ${code}` }),
    });
    reply.textContent = (await answer.json()).reply;
  } catch {
    reply.textContent = "error: the station does not answer; is it running?";
  }
  button.disabled = false;
});
