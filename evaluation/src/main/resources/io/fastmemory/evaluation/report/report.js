"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { summary, timeline, stories } = data;
  const byId = (id) => document.getElementById(id);
  const has = (table, key) => Object.prototype.hasOwnProperty.call(table, key);

  // --- building the page: text only ever becomes text nodes ---

  function add(parent, tag, text, className) {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    if (className) element.className = className;
    parent.append(element);
    return element;
  }

  function told(parent, tag, text) {
    const element = add(parent, tag, text, "told");
    element.dir = "auto";
    return element;
  }

  // --- figures ---

  const NONE = "–";
  const absent = (value) => value === undefined || value === null;
  const count = (value) => (absent(value) ? NONE : value.toLocaleString("en-US"));
  const percent = (rate) => (absent(rate) ? NONE : (rate * 100).toFixed(1) + " %");
  function millis(ms) {
    if (absent(ms)) return "not reached";
    if (Math.abs(ms) < 10) return ms.toFixed(1) + " ms";
    if (Math.abs(ms) < 999.5) return ms.toFixed(0) + " ms";
    return Math.abs(ms) < 99950 ? (ms / 1000).toFixed(2) + " s" : (ms / 1000).toFixed(0) + " s";
  }
  /** The label of a bound that begins with 1, 2 or 5; others get no tick. */
  const roundBound = (ms) => (/^[125]e/.test(Number(ms.toPrecision(9)).toExponential()) ? bound(Number(ms.toPrecision(9))) : null);
  const bound = (ms) => (ms < 1000 ? ms + " ms" : ms / 1000 + " s");
  const words = (name) => name.replaceAll("_", " ");

  function table(parent, caption, columns, rows) {
    const scroll = add(parent, "div", null, "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", caption);
    const element = add(scroll, "table");
    element.setAttribute("aria-label", caption);
    const head = add(add(element, "thead"), "tr");
    columns.forEach((column, i) => {
      add(head, "th", column, i ? "number" : "").scope = "col";
    });
    const body = add(element, "tbody");
    for (const row of rows) {
      const line = add(body, "tr");
      row.forEach((cell, i) => {
        if (i) add(line, "td", cell, "number");
        else add(line, "th", cell).scope = "row";
      });
    }
  }

  // --- charts ---

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const drawn = [];

  /** Draws a chart, now and whenever the theme changes, with its figures as a table below it. */
  function chart(place, label, size, config, columns, rows, open) {
    const box = add(byId(place), "div", null, "chart " + size);
    const canvas = add(box, "canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label + " The figures are in the table below.");
    const figures = add(byId(place), "details", null, "figures");
    figures.open = Boolean(open);
    add(figures, "summary", "Figures as a table");
    table(figures, label, columns, rows);
    const entry = { chart: null, draw: () => new Chart(canvas, config()) };
    entry.chart = entry.draw();
    canvas.dataset.axis = entry.chart.scales.x.ticks.map((tick) => tick.label).join(" ");
    canvas.dataset.points = entry.chart.getSortedVisibleDatasetMetas()
      .flatMap((meta) => meta.data).filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y)).length;
    drawn.push(entry);
  }

  function theme() {
    Chart.defaults.color = colour("soft");
    Chart.defaults.borderColor = colour("line");
    Chart.defaults.font.family = "system-ui, sans-serif";
    Chart.defaults.font.size = 13;
    Chart.defaults.animation = false;
    Chart.defaults.maintainAspectRatio = false;
  }

  function redraw() {
    theme();
    for (const entry of drawn) {
      entry.chart.destroy();
      entry.chart = entry.draw();
    }
  }

  const axis = (text, more) => ({ title: { display: true, text }, ...more });
  const line = (label, values, name, more) => ({
    label, data: values, borderColor: colour(name), backgroundColor: colour(name), borderWidth: 2, pointRadius: 0, ...more,
  });
  const timeAxis = () => axis("seconds since the run start", {
    type: "linear", min: 0, ticks: { callback: (value) => (value / 1000).toLocaleString("en-US") },
  });
  const overTime = (datasets, unit) => ({
    type: "line",
    data: { datasets },
    options: {
      parsing: false,
      interaction: { mode: "index", intersect: false },
      scales: { x: timeAxis(), y: axis(unit, { beginAtZero: true }) },
      plugins: { tooltip: { callbacks: { title: (items) => millis(items[0].parsed.x) + " after the start" } } },
    },
  });

  function nothing(place, text) {
    add(byId(place), "p", text, "soft");
  }

  // --- sections ---

  function header() {
    const { dataset, llm, config } = summary;
    document.title = "Run " + summary.run_id;
    byId("title").textContent = "Run " + summary.run_id;
    byId("subtitle").textContent = [
      "policy " + summary.policy, "reader " + summary.reader, "model " + llm.client + " / " + llm.model,
      dataset.name + " (" + dataset.mode + "): " + count(dataset.events) + " events, " + count(dataset.queries) + " queries",
      "queries " + config.queries, config.speed > 0 ? "speed " + config.speed + "x" : "speed max",
      "started " + summary.started_at, absent(summary.wall_s) ? "end not recorded" : summary.wall_s.toFixed(2) + " s",
    ].join(" · ");
    if (llm.mock) {
      byId("mock").textContent = "MOCK: a stand-in model answered; quality says nothing about a language model.";
      byId("mock").hidden = false;
    }
    if (data.time_note) {
      byId("times").textContent = data.time_note;
      byId("times").hidden = false;
    }
    byId("foot").textContent = "Dataset SHA-256 " + dataset.sha256 + ", prompt hash " + config.prompt_hash + ", seed "
      + config.seed + ". All figures stand in eval_summary.json beside this page.";
  }

  function interval(name, show) {
    const found = summary.quality.confidence.intervals[name];
    return !found || absent(found.low) ? "" : show(found.low) + " to " + show(found.high);
  }

  function headline() {
    const { headline, quality, time, reconciliation } = summary;
    const cards = byId("headline");
    const card = (name, value, note) => {
      const box = add(cards, "div");
      add(box, "dt", name);
      const shown = add(box, "dd", value);
      if (note) add(shown, "small", note);
    };
    const censored = (name) => (time[name] ? time[name].censored + " of " + time[name].count + " censored" : "");
    card("score of 100", absent(headline.score) ? NONE : headline.score.toFixed(1), interval("score", (it) => it.toFixed(1)));
    card("answer success", percent(headline.answer_success),
      interval("answer_success", percent) || quality.answerable.queries + " answerable queries");
    card("time to useful memory, p50", millis(headline.time_to_useful_memory_ms_p50), censored("time_to_useful_memory"));
    card("time to useful memory, p95", millis(headline.time_to_useful_memory_ms_p95));
    card("ready lag, p50", millis(headline.ready_lag_ms_p50), censored("ready_lag"));
    card("ready lag, p95", millis(headline.ready_lag_ms_p95));
    card("policy calls", count(summary.cost.policy.decisions), count(summary.cost.policy.prompt_tokens) + " prompt tokens");
    card("reconciliation", reconciliation.differences.length ? reconciliation.differences.length + " differences" : "agrees",
      "state, store and index");
  }

  function score() {
    const parts = summary.quality.score_parts;
    if (!parts) return nothing("score", "No score: no answerable query, or budgets or the end of the run not recorded.");
    const earned = ["answer_correct", "evidence_correct", "evidence_recall", "citation_precision", "freshness"];
    const taken = ["late_decisions", "storage_used", "stale_answers", "duplicates"];
    const resampled = { answer_correct: "answer_correct", evidence_correct: "evidence_correct", evidence_recall: "recall_at10" };
    const between = (name) => (has(resampled, name) ? interval(resampled[name], percent) : "");
    const rows = [
      ...earned.map((name) => [words(name), "earns", percent(parts[name]), between(name)]),
      ...taken.map((name) => [words(name), "takes away", percent(parts[name]), between(name)]),
    ];
    table(byId("score"), "Parts of the score", ["part", "effect", "rate", "95 % interval"], rows);
  }

  /** Draws the intervals of bars, which datasets carry as {low, high} for each bar. */
  const whiskers = {
    id: "whiskers",
    afterDatasetsDraw(shown) {
      const { ctx, data: { datasets }, scales: { y } } = shown;
      ctx.save();
      ctx.strokeStyle = colour("ink");
      ctx.lineWidth = 1.5;
      datasets.forEach((dataset, i) => shown.getDatasetMeta(i).data.forEach((bar, j) => {
        const ends = dataset.intervals[j];
        if (!ends || !shown.isDatasetVisible(i)) return;
        const [low, high] = [y.getPixelForValue(ends.low), y.getPixelForValue(ends.high)];
        const cap = Math.min(6, bar.width / 3);
        ctx.beginPath();
        for (const at of [low, high]) {
          ctx.moveTo(bar.x - cap, at);
          ctx.lineTo(bar.x + cap, at);
        }
        ctx.moveTo(bar.x, low);
        ctx.lineTo(bar.x, high);
        ctx.stroke();
      }));
      ctx.restore();
    },
  };

  function beside() {
    if (!data.beside) return;
    const { runs, notes } = data.beside;
    const names = runs.map((run, i) => run.run_id + (i ? "" : " (this run)"));
    for (const note of notes) add(byId("beside-notes"), "li", note);
    const show = { rate: percent, millis, count, amount: (value) => (absent(value) ? NONE : value.toFixed(2)) };
    const signed = (figure, value) => {
      if (figure.unit === "rate") return (value > 0 ? "+" : "") + (value * 100).toFixed(1) + " pp";
      return (value > 0 ? "+" : "") + show[figure.unit](value);
    };
    const end = (figure, value) => (figure.unit === "rate" ? (value * 100).toFixed(1) : value.toFixed(1));
    const ends = (figure, found) => (!found || absent(found.low) ? "" : "\n[" + end(figure, found.low) + ",\u00a0" + end(figure, found.high) + "]");
    const figureOf = (run, key) => run.figures.find((figure) => figure.key === key);
    const series = [["answer_success", "success", "s1"], ["score", "score", "s2"], ["recall_at10", "recall @10", "s3"]];
    const cell = (figure) => show[figure.unit](figure.value) + ends(figure, figure.interval);
    const rows = runs.map((run, i) => [names[i], run.policy, run.reader, run.mock ? "MOCK" : "no", ...run.figures.map(cell)]);
    chart("beside", "Success, score and recall of " + runs.length + " runs, with intervals.", "high", () => ({
      type: "bar",
      data: {
        labels: names,
        datasets: series.map(([key, label, name]) => {
          const scale = key === "score" ? 1 : 100;
          const found = runs.map((run) => figureOf(run, key));
          return {
            label: label + (key === "score" ? "" : ", %"),
            data: found.map((figure) => (absent(figure.value) ? null : figure.value * scale)),
            intervals: found.map(({ interval: it }) => (!it || absent(it.low) ? null : { low: it.low * scale, high: it.high * scale })),
            backgroundColor: colour(name), maxBarThickness: 46, minBarLength: 2,
          };
        }),
      },
      options: { scales: { x: axis("run"), y: axis("% and points of 100", { min: 0, max: 100 }) } },
      plugins: [whiskers],
    }), ["run", "policy", "reader", "mock", ...runs[0].figures.map((figure) => figure.label)], rows, true);
    const compared = runs[0].figures.filter((figure) => runs.slice(1).some((run) => !absent(figureOf(run, figure.key).difference)));
    add(byId("beside"), "h3", "Differences to this run");
    table(byId("beside"), "Differences to this run", ["run", ...compared.map((figure) => figure.label)], runs.slice(1).map((run) =>
      [run.run_id, ...compared.map(({ key }) => {
        const figure = figureOf(run, key);
        return absent(figure.difference) ? NONE
          : signed(figure, figure.difference) + ends(figure, figure.difference_interval);
      })]));
  }

  function freshness() {
    const bins = summary.quality.freshness_curve.filter((bin) => bin.queries > 0);
    if (!bins.length) return nothing("freshness", "No answerable query whose evidence had arrived.");
    const labels = bins.map((bin) => (absent(bin.to_ms) ? "≥ " + bound(bin.from_ms) : bound(bin.from_ms) + " – " + bound(bin.to_ms)));
    chart("freshness", "Success by age of the newest evidence.", "low", () => ({
      data: {
        labels,
        datasets: [
          line("success", bins.map((bin) => bin.success * 100), "s1", { type: "line", pointRadius: 4, yAxisID: "y" }),
          { type: "bar", label: "queries", data: bins.map((bin) => bin.queries), backgroundColor: colour("line"), yAxisID: "queries" },
        ],
      },
      options: {
        scales: {
          x: axis("age of the newest evidence"),
          y: axis("success, %", { min: 0, max: 100 }),
          queries: axis("queries", { position: "right", beginAtZero: true, grid: { drawOnChartArea: false }, ticks: { precision: 0 } }),
        },
      },
    }), ["age", "queries", "success"], bins.map((bin, i) => [labels[i], count(bin.queries), percent(bin.success)]));
  }

  const STAGES = ["time_to_raw_write", "time_to_memory_write", "time_to_indexed_memory", "ready_lag",
    "time_to_retrieved_memory", "time_to_useful_memory"];

  function time() {
    const stages = STAGES.filter((name) => has(summary.time, name));
    const stats = stages.map((name) => summary.time[name]);
    const known = stats.flatMap((it) => [it.p50, it.p90, it.p95]).filter((it) => !absent(it) && it > 0);
    const floor = known.length ? 10 ** Math.floor(Math.log10(Math.min(...known))) : 1;
    const part = (from, to) => stats.map((it) => (absent(it[to]) ? null : [Math.max(floor, from ? it[from] : floor), Math.max(floor, it[to])]));
    const bars = (label, from, to, name) => ({
      label, data: part(from, to), backgroundColor: colour(name), grouped: false, borderSkipped: false, barThickness: 24, minBarLength: 2,
    });
    chart("time", "Median, 90 % and 95 % of each stage.", "high", () => ({
      type: "bar",
      data: {
        labels: stages.map(words),
        datasets: [bars("to p50", null, "p50", "p50"), bars("to p90", "p50", "p90", "p90"), bars("to p95", "p90", "p95", "p95")],
      },
      options: {
        indexAxis: "y",
        scales: {
          x: axis("time from intended arrival", {
            type: "logarithmic", min: floor, ticks: { maxRotation: 0, callback: roundBound },
          }),
        },
        plugins: { tooltip: { callbacks: { label: (item) => item.dataset.label + ": " + millis(item.raw && item.raw[1]) } } },
      },
    }), ["stage", "count", "censored", "p50", "p90", "p95", "max"], stages.map((name, i) => {
      const it = stats[i];
      return [words(name), count(it.count), count(it.censored), ...[it.p50, it.p90, it.p95].map((ms) => (it.count ? millis(ms) : NONE)),
        absent(it.max) ? NONE : millis(it.max)];
    }), true);
  }

  function causes() {
    const found = Object.entries(summary.failures).filter(([, queries]) => queries > 0).sort((a, b) => b[1] - a[1]);
    if (!found.length) return nothing("causes", "No query failed.");
    chart("causes", "Failed queries by cause.", found.length > 6 ? "high" : "low", () => ({
      type: "bar",
      data: {
        labels: found.map(([cause]) => words(cause)),
        datasets: [{ label: "failed queries", data: found.map(([, queries]) => queries), backgroundColor: colour("s2"), maxBarThickness: 28 }],
      },
      options: { indexAxis: "y", plugins: { legend: { display: false } }, scales: { x: axis("queries", { ticks: { precision: 0 } }) } },
    }), ["cause", "queries"], found.map(([cause, queries]) => [words(cause), count(queries)]));
  }

  function storage() {
    const points = timeline.points;
    const limits = summary.budget.limits;
    const budget = limits ? limits.storage_tokens : null;
    chart("storage-fullest", "Active tokens of the fullest entity against its budget.", "low", () => overTime([
      line("fullest entity", points.map((it) => ({ x: it.at_ms, y: it.fullest_tokens })), "s1"),
      ...(absent(budget) ? [] : [line("budget of an entity", points.map((it) => ({ x: it.at_ms, y: budget })), "s2", { borderDash: [6, 4] })]),
    ], "tokens"), ["time", "fullest entity", "budget"],
    points.map((it) => [millis(it.at_ms), count(it.fullest_tokens), absent(budget) ? NONE : count(budget)]));
    const history = summary.cost.storage_over_time;
    if (!history.length) return nothing("storage-total", "Nothing was ever written.");
    chart("storage-total", "Active tokens of all " + timeline.entities + " entities, and tokens ever written.", "low", () => overTime([
      line("active, all entities", history.map((it) => ({ x: it.at_ms, y: it.tokens_active })), "s1"),
      line("ever written", history.map((it) => ({ x: it.at_ms, y: it.tokens_total })), "s4", { borderDash: [2, 3] }),
    ], "tokens"), ["time", "active", "ever written", "vectors"],
    history.map((it) => [millis(it.at_ms), count(it.tokens_active), count(it.tokens_total), count(it.vectors)]));
  }

  function backlog() {
    const points = timeline.points;
    const series = (name) => points.map((it) => ({ x: it.at_ms, y: it[name] }));
    chart("backlog", "Events queued, policy calls in flight, and upserts not visible yet.", "low", () => overTime([
      line("events queued", series("queued"), "s1"),
      line("calls in flight", series("in_flight"), "s2"),
      line("index backlog", series("index_backlog"), "s3"),
    ], "at once"), ["time", "queued", "in flight", "index backlog"],
    points.map((it) => [millis(it.at_ms), count(it.queued), count(it.in_flight), count(it.index_backlog)]));
  }

  // --- queries and their stories ---

  const factText = (fact) => fact.subject + (fact.attribute ? " · " + fact.attribute : "") + " = " + fact.value + (fact.unit ? " " + fact.unit : "");

  function item(list, label, text) {
    const entry = add(list, "li");
    add(entry, "span", label);
    if (!absent(text)) told(entry, "span", text);
    return entry;
  }

  function versionsOf(memoryId) {
    return has(stories.memories, memoryId) ? stories.memories[memoryId] : [];
  }

  function asked(parent, query) {
    add(parent, "h3", "Asked");
    const list = add(parent, "ul");
    for (const required of query.gold.required) {
      item(list, required.ask_id + " needs: ", factText(required.fact) + " (from " + required.evidence.join(" or ") + ")");
    }
    for (const forbidden of query.gold.forbidden) item(list, forbidden.ask_id + " must not say: ", factText(forbidden.fact));
    if (query.gold.abstain) item(list, "There is no answer: to abstain is right.");
    item(list, "Arrived " + millis(query.arrival_ms) + " after the start, retrieved "
      + (absent(query.retrieved_ms) ? "never" : "after " + millis(query.retrieved_ms - query.arrival_ms)) + ", answered after "
      + millis(query.answered_ms - query.arrival_ms) + (absent(query.deadline_ms) ? "" : ", deadline " + millis(query.deadline_ms)) + ".");
  }

  function decision(parent, event, eventId) {
    const key = event.entity_id + "/" + event.call_seq;
    if (!has(stories.calls, key)) return;
    const call = stories.calls[key];
    const about = call.actions.filter((action) => action.event_ids.includes(eventId) || event.memories.includes(action.memory_id));
    add(parent, "p", "Decision: call " + event.call_seq + " of " + event.entity_id + ", " + call.event_ids.length + " events, made at "
      + millis(call.called_ms) + ", " + words(call.outcome) + " at " + millis(call.decided_ms)
      + (call.repairs ? ", " + call.repairs + " repairs" : "") + ". " + (call.actions.length - about.length)
      + " of its " + call.actions.length + " actions were about other events.");
    if (call.reason) told(parent, "p", call.reason);
    const list = add(parent, "ol");
    for (const action of about) {
      const entry = add(list, "li");
      add(entry, "code", action.type + (action.memory_id ? " " + action.memory_id : ""));
      if (action.reason) told(entry, "span", " – " + action.reason);
      if (action.error) told(entry, "div", "rejected: " + action.error).classList.add("bad");
    }
    if (!about.length) add(list, "li", "no action named it");
  }

  function version(list, memoryId, it) {
    const entry = add(list, "li");
    add(entry, "code", memoryId + " v" + it.version);
    add(entry, "span", " " + it.status + ", " + it.tokens + " tokens, committed at " + millis(it.committed_ms) + ": ");
    told(entry, "span", it.content);
    const inner = add(entry, "ul");
    for (const fact of it.facts) item(inner, "says ", factText(fact));
    for (const step of it.index) {
      const seen = step.superseded ? "overtaken by a newer one" : absent(step.visible_ms) ? "never visible"
        : (step.operation === "delete" ? "gone at " : "visible at ") + millis(step.visible_ms);
      item(inner, step.operation + " (" + words(step.action) + ") asked at " + millis(step.requested_ms) + ", " + seen, step.error ? ": " + step.error : null);
    }
    if (!it.index.length) item(inner, "not asked to be indexed");
  }

  function evidence(parent, query) {
    const ids = [...new Set(query.gold.required.flatMap((required) => required.evidence))];
    if (!ids.length) return;
    add(parent, "h3", "Its evidence, and what became of it");
    for (const eventId of ids) {
      const heading = add(parent, "h4", "Event " + eventId);
      if (!has(stories.events, eventId)) {
        add(heading, "span", " did not arrive", "bad");
        continue;
      }
      const event = stories.events[eventId];
      if (event.category) add(heading, "span", " " + words(event.category), "soft");
      told(parent, "p", absent(event.text) ? "(no call recorded its text)" : event.text).classList.add("quote");
      add(parent, "p", "Arrived at " + millis(event.arrival_ms) + (event.arrival_ms > query.arrival_ms ? ", after the query" : "")
        + ", durable after " + millis(event.raw_ms - event.arrival_ms) + ", in a call after " + millis(event.called_ms - event.arrival_ms)
        + ", " + words(event.outcome) + " after " + millis(event.decided_ms - event.arrival_ms) + ".", "soft");
      if (event.reason) told(parent, "p", event.reason);
      decision(parent, event, eventId);
      if (!event.memories.length) {
        add(parent, "p", "No memory rests on it.");
        continue;
      }
      add(parent, "p", "Memory versions:");
      const list = add(parent, "ul");
      for (const memoryId of event.memories) for (const it of versionsOf(memoryId)) version(list, memoryId, it);
    }
  }

  function retrieval(parent, query) {
    add(parent, "h3", "Retrieved");
    const needed = new Set(query.gold.required.flatMap((required) => required.evidence));
    if (!query.hits.length) add(parent, "p", "Nothing.");
    const list = add(parent, "ol");
    query.hits.forEach((hit, rank) => {
      const held = versionsOf(hit.memory_id).find((it) => it.version === hit.version);
      const entry = add(list, "li");
      add(entry, "span", hit.score.toFixed(3) + " ");
      add(entry, "code", hit.memory_id + " v" + hit.version);
      if (rank >= query.reader_hits) add(entry, "span", " not shown to the reader", "soft");
      if (held && held.sources.some((source) => needed.has(source))) add(entry, "span", " rests on the evidence", "good");
      told(entry, "div", held ? held.content : "(this version is not recorded)");
    });
    if (query.hits_left_out) add(parent, "p", query.hits_left_out + " more hits are in raw_rollouts.jsonl.", "soft");
  }

  function answered(parent, query) {
    add(parent, "h3", "Answered");
    if (query.failure) told(parent, "p", query.failure).classList.add("bad");
    if (query.answer) {
      told(parent, "p", query.answer.text || "(no words)").classList.add("quote");
      const list = add(parent, "ul");
      for (const given of query.answer.answers) {
        const entry = item(list, given.ask_id + ": ", given.value);
        add(entry, "span", given.citations.length ? ", citing " : ", citing nothing");
        if (given.citations.length) add(entry, "code", given.citations.join(", "));
      }
      if (query.answer.abstained) item(list, "abstained");
    }
    add(parent, "h3", "Judged");
    const { verdict } = query;
    const list = add(parent, "ul");
    const yes = (value) => (value ? "yes" : "no");
    item(list, "answer correct: " + yes(verdict.answer_correct) + ", evidence correct: " + yes(verdict.evidence_correct) + ", stale answer: "
      + yes(verdict.stale_answer) + ", late: " + yes(verdict.late) + (verdict.textual ? ", judged by words" : ""));
    for (const ask of verdict.asks) {
      item(list, ask.ask_id + ": value " + (ask.value_correct ? "correct" : "wrong") + ", evidence " + (ask.retrieved ? "retrieved" : "not retrieved")
        + ", " + (ask.supported ? "cited" : "not cited"));
    }
    if (query.cause) item(list, "cause of failure: " + words(query.cause)).className = "bad";
    if (!absent(query.reward)) item(list, "reward " + query.reward.toFixed(3));
  }

  function story(details, query) {
    const box = add(details, "div", null, "story");
    asked(box, query);
    evidence(box, query);
    retrieval(box, query);
    answered(box, query);
  }

  function row(list, query) {
    const details = add(list, "details", null, "query");
    const head = add(details, "summary");
    add(head, "span", query.query_id, "mark");
    add(head, "span", query.verdict.success ? "success" : words(query.cause || "failed"), query.verdict.success ? "good" : "bad");
    const text = told(head, "span", query.text);
    add(text, "span", " " + query.gold.category + ", " + query.entity_ids.join(", "), "soft");
    details.addEventListener("toggle", () => {
      if (details.open && details.childElementCount === 1) story(details, query);
    });
    return details;
  }

  const PAGE = 100;

  function searchable(query) {
    const given = query.answer ? query.answer.answers.map((it) => it.value).concat(query.answer.text) : [];
    const needed = query.gold.required.flatMap((it) => [factText(it.fact), ...it.evidence]);
    return [query.query_id, query.text, query.gold.category, ...query.entity_ids, words(query.cause || ""), query.cause || "", ...given, ...needed]
      .join("\n").toLowerCase();
  }

  function queries() {
    const all = stories.queries.map((query) => ({ query, text: searchable(query) }));
    const limit = "Texts are cut after " + stories.text_limit + " characters and ten hits; all of it is in raw_rollouts.jsonl.";
    byId("told").textContent = (all.length < stories.total
      ? "An evenly spaced " + count(all.length) + " of " + count(stories.total) + " queries. " : "Each opens into its story. ") + limit;
    const outcome = byId("outcome");
    const option = (value, text) => { add(outcome, "option", text).value = value; };
    option("all", "all");
    option("success", "success");
    option("failed", "failed");
    const causesFound = [...new Set(all.map(({ query }) => query.cause).filter((cause) => cause))].sort();
    for (const cause of causesFound) option("cause " + cause, words(cause));
    let found = all;
    let shown = 0;
    function more() {
      const next = found.slice(shown, shown + PAGE).map(({ query }) => row(byId("list"), query));
      shown += next.length;
      byId("more").hidden = shown >= found.length;
      return next[0];
    }
    function search() {
      const wanted = byId("search").value.toLowerCase().split(/\s+/).filter((word) => word);
      const kept = outcome.value;
      found = all.filter(({ query, text }) => wanted.every((word) => text.includes(word))
        && (kept === "all" || (kept === "success" && query.verdict.success) || (kept === "failed" && !query.verdict.success)
          || kept === "cause " + query.cause));
      shown = 0;
      byId("list").replaceChildren();
      more();
      byId("count").textContent = count(found.length) + (found.length === 1 ? " query" : " queries");
    }
    byId("search").addEventListener("input", search);
    outcome.addEventListener("change", search);
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    byId("more").addEventListener("click", () => {
      const first = more();
      if (first) first.querySelector("summary").focus();
    });
    /** A link may search: report.html#search=q-17. What alone is found is opened. */
    function searchAsLinked() {
      byId("search").value = new URLSearchParams(location.hash.slice(1)).get("search") || "";
      search();
      if (byId("search").value && found.length === 1) byId("list").firstElementChild.open = true;
    }
    window.addEventListener("hashchange", searchAsLinked);
    searchAsLinked();
  }

  theme();
  for (const section of [header, headline, beside, score, freshness, time, causes, storage, backlog, queries]) section();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  document.body.dataset.ready = "true";
})();
