// Libraries stand in the page as gzip in base64; the page's policy knows their checksums.
const words = JSON.parse(document.getElementById("page-words").textContent);

const unpack = async (id) => {
  const packed = atob(document.getElementById(id).textContent);
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(unpacked).text();
  document.head.append(script);
};

// Text from data is never read as markup; Chinese words on an English page are marked as such.
const add = (parent, tag, text, className) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  if (document.documentElement.lang === "en" && /\p{Script=Han}/u.test(text ?? "")) element.lang = "zh";
  parent.append(element);
  return element;
};
