// The administration page. The token stays in this tab; all text is set as text.
"use strict";
const base = document.querySelector(".home").getAttribute("href").replace(/\/$/, "");
const at = (id) => document.getElementById(id);
let token = "";

async function call(path, options = {}) {
  const reply = await fetch(`${base}/api/admin/${path}`, {
    ...options, headers: { ...options.headers, Authorization: `Bearer ${token}` },
  });
  const body = await reply.json();
  if (!reply.ok) throw new Error([body.detail, body.hint].filter(Boolean).join(" "));
  return body;
}

async function doing(form, work) {
  const button = form.querySelector("button");
  button.disabled = true;
  at("told").textContent = "…";
  try {
    at("told").textContent = (await work()) ?? "";
  } catch (error) {
    at("told").textContent = error.message;
  }
  button.disabled = false;
}

function cell(content) {
  const made = document.createElement("td");
  made.append(content);
  return made;
}

async function refresh() {
  const query = new URLSearchParams({ contains: at("contains").value, limit: "200" });
  const rows = await call(`articles?${query}`);
  at("articles").replaceChildren(...rows.map((row) => {
    const line = document.createElement("tr");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = row.id;
    box.ariaLabel = row.title;
    const link = document.createElement("a");
    link.href = `${base}/article/${encodeURIComponent(row.id)}`;
    link.textContent = row.title || row.id;
    line.append(cell(box), cell(link), cell(row.source), cell(row.date), cell(row.path));
    return line;
  }));
  at("index").textContent = JSON.stringify(await call("status"), null, 2);
}

function reported({ report }) {
  const [added, updated, unchanged, failed, warnings] = at("inside").dataset.labels.split("|");
  const lines = [
    `${added} ${report.added} · ${updated} ${report.updated} · ${unchanged} ${report.unchanged + report.duplicates}`,
    ...report.failed.map(({ path, reason, hint }) => `${failed}: ${path}: ${reason} ${hint}`),
    ...report.warnings.map((text) => `${warnings}: ${text}`),
  ];
  at("report").replaceChildren(...lines.map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
}

at("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  doing(event.target, async () => {
    token = at("token").value;
    await refresh();
    at("enter").hidden = true;
    at("inside").hidden = false;
  });
});

at("upload").addEventListener("submit", (event) => {
  event.preventDefault();
  doing(event.target, async () => {
    const body = new FormData();
    for (const file of at("files").files) body.append("files", file);
    reported(await call("files", { method: "POST", body }));
    event.target.reset();
    await refresh();
  });
});

at("find").addEventListener("submit", (event) => {
  event.preventDefault();
  doing(event.target, refresh);
});

at("list").addEventListener("submit", (event) => {
  event.preventDefault();
  const articles = [...at("articles").querySelectorAll(":checked")].map((box) => box.value);
  if (!articles.length || !confirm(at("inside").dataset.confirm)) return;
  doing(event.target, async () => {
    const headers = { "Content-Type": "application/json" };
    const { removed } = await call("remove", { method: "POST", headers, body: JSON.stringify({ articles }) });
    await refresh();
    return `${at("inside").dataset.removed} ${removed}`;
  });
});
