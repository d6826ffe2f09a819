const addFacts = (parent, facts) => {
  const list = add(parent, "dl", undefined, "facts");
  for (const [name, text] of facts) {
    const pair = add(list, "div");
    add(pair, "dt", name);
    add(pair, "dd", text);
  }
};

const fillBox = (content, told, figure) => {
  add(content, "p", figure.value, "box-value");
  if (figure.reason) addFacts(content, [[words.reason, figure.reason]]);
  addFacts(content, figure.facts);
  if (figure.formula) {
    add(content, "h3", words.formula);
    add(content, "p", figure.formula, "box-formula");
    if (figure.numbers) add(content, "p", figure.numbers, "box-formula box-numbers");
  }
  if (!figure.inputs) return;
  add(content, "h3", words.inputs);
  const inputs = add(content, "ol", undefined, "box-inputs");
  for (const position of figure.inputs) {
    const input = told.inputs[position];
    const item = add(inputs, "li");
    const head = add(item, "p", undefined, "box-input");
    add(head, "span", input.name);
    add(head, "strong", input.value);
    addFacts(item, input.facts);
    for (const number of input.documents) addFacts(item, told.documents[number]);
    addFacts(item, [[words.locator, input.locator]]);
  }
};

const listenForFigures = () => {
  const block = document.getElementById("lineage-data");
  if (!block) return;
  const told = JSON.parse(block.textContent);
  const box = add(document.body, "dialog", undefined, "box");
  box.setAttribute("aria-labelledby", "box-title");
  const open = (link) => {
    const figure = told.figures[link.dataset.figure];
    box.replaceChildren();
    const head = add(box, "div", undefined, "box-head");
    add(head, "h2", figure.name).id = "box-title";
    const close = add(head, "button", words.close, "box-close");
    close.type = "button";
    close.addEventListener("click", () => box.close());
    const content = add(box, "div", undefined, "box-content");
    content.tabIndex = 0; // so that keys scroll it
    fillBox(content, told, figure);
    box.showModal(); // closing it gives the focus back
    content.scrollTop = 0;
  };
  for (const link of document.querySelectorAll("a.figure")) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-haspopup", "dialog");
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.figure");
    if (link) {
      event.preventDefault();
      open(link);
    } else if (event.target === box) box.close(); // outside of it
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches("a.figure")) return;
    event.preventDefault();
    open(event.target);
  });
};
listenForFigures();
