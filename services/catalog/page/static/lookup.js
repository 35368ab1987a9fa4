// @ts-check
/** A list that is pasted into the search box is looked up: the box itself would make one line of it. */

export function startLookup() {
  document.getElementById("q")?.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!["brands", undefined].includes(document.body.dataset.part)) return; // others who see a part have no list of products
    if (text.split(/[\r\n]+/).filter((line) => line.trim()).length < 2) return;
    event.preventDefault();
    const form = document.createElement("form");
    const codes = document.createElement("textarea");
    [form.method, form.action, form.hidden] = ["post", "/lookup", true];
    [codes.name, codes.value] = ["codes", text];
    form.append(codes);
    document.body.append(form);
    form.submit();
  });
}
