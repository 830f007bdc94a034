// Takes a photograph with the camera of this computer and puts it into the page's file box. Without it the box is used
// as it is: a telephone offers its own camera there.

for (const part of document.querySelectorAll("[data-camera]")) {
  if (navigator.mediaDevices?.getUserMedia && window.DataTransfer) start(part);
}

function start(part) {
  const box = document.getElementById(part.dataset.camera);
  const view = part.querySelector("[data-camera-view]");
  const video = view.querySelector("video");
  const taken = part.querySelector("[data-camera-taken]");
  const words = part.querySelector("[data-camera-words]");
  const open = part.querySelector("[data-camera-open]");
  const take = part.querySelector("[data-camera-take]");
  let stream = null;
  part.hidden = false;

  open.addEventListener("click", async () => {
    words.textContent = "";
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 1280 }, height: { ideal: 960 } } });
    } catch {
      words.textContent = words.dataset.refused;
      return;
    }
    video.srcObject = stream;
    await video.play();
    taken.hidden = true;
    view.hidden = false;
    open.hidden = true;
    take.focus();
  });

  take.addEventListener("click", () => {
    taken.width = video.videoWidth;
    taken.height = video.videoHeight;
    taken.getContext("2d").drawImage(video, 0, 0);
    taken.toBlob((blob) => {
      if (!blob) return;
      const files = new DataTransfer();
      files.items.add(new File([blob], "camara.jpg", { type: "image/jpeg" }));
      box.files = files.files;
      taken.hidden = false;
      words.textContent = words.dataset.taken;
      close();
    }, "image/jpeg", 0.92);
  });

  part.querySelector("[data-camera-close]").addEventListener("click", close);
  addEventListener("pagehide", close);

  function close() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
    view.hidden = true;
    if (open.hidden) {
      open.hidden = false;
      open.focus();
    }
  }
}
