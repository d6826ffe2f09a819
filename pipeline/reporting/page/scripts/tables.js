// What a cell sorts by stands in its data-order; an empty one is a missing value.
const compareCells = (direction) => (a, b) => {
  if (a === "" || b === "") return (a === "") - (b === ""); // missing values last, either way
  const [x, y] = [Number(a), Number(b)];
  const order = Number.isNaN(x) || Number.isNaN(y)
    ? String(a).localeCompare(String(b), document.documentElement.lang)
    : x - y;
  return direction * order;
};

const [FEWEST_TO_SEARCH, MOST_ON_A_PAGE] = [8, 50];

const addTools = (table, sorted) => {
  const rows = sorted.rows().count();
  const filtered = [...table.querySelectorAll("thead th[data-filter]")];
  if (rows < FEWEST_TO_SEARCH && !filtered.length) return;
  const tools = document.createElement("div");
  tools.className = "tools";
  table.closest(".table-box").before(tools);
  const field = (name, tag) => {
    const label = add(tools, "label");
    add(label, "span", name);
    return add(label, tag);
  };
  const search = field(words.search, "input");
  search.type = "search";
  search.addEventListener("input", () => sorted.search(search.value).draw());
  for (const heading of filtered) {
    const column = sorted.column(heading).index();
    // of a cell with badges each badge can be asked for
    const found = (row) => {
      const badges = [...row.cells[column].querySelectorAll(".badge")];
      return badges.length ? badges.map((badge) => badge.textContent) : [row.cells[column].dataset.order];
    };
    const chosen = field(heading.dataset.filter, "select");
    add(chosen, "option", words.all).value = "";
    for (const value of new Set(sorted.rows().nodes().toArray().flatMap(found))) {
      if (value) add(chosen, "option", value).value = value;
    }
    chosen.addEventListener("change", () => {
      sorted.search.fixed(`column ${column}`, (text, data, index) =>
        !chosen.value || found(sorted.row(index).node()).includes(chosen.value));
      sorted.draw();
    });
  }
  const shown = add(tools, "output");
  const count = () => {
    const left = sorted.rows({ search: "applied" }).count();
    shown.textContent = words.shown.replace("{left}", left).replace("{rows}", rows);
  };
  sorted.on("draw", count);
  count();
};

const sortTables = async () => {
  const tables = [...document.querySelectorAll("table.sortable")];
  if (!tables.length) return;
  await unpack("datatables-gzip");
  DataTable.type("cell", { detect: () => false, order: { asc: compareCells(1), desc: compareCells(-1) } });
  for (const table of tables) {
    const paging = table.tBodies[0].rows.length > MOST_ON_A_PAGE;
    const sorted = new DataTable(table, {
      autoWidth: false, order: [], paging, pageLength: MOST_ON_A_PAGE,
      columnDefs: [{ targets: "_all", type: "cell", orderSequence: ["asc", "desc", ""] }],
      layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: paging ? "paging" : null },
      language: { emptyTable: words.nothing, zeroRecords: words.nothing, aria: words.aria },
    });
    addTools(table, sorted);
    if (!paging) continue;
    addEventListener("beforeprint", () => sorted.page.len(-1).draw());
    addEventListener("afterprint", () => sorted.page.len(MOST_ON_A_PAGE).draw());
  }
  document.documentElement.dataset.tables = "sorted";
};
sortTables();
