import assert from "node:assert/strict";
import { test } from "node:test";
import { fateOf, LocalCopy, Saver } from "../../../../dashboards/static/dashboards/builder/saving.js";

const [one, two] = [
  { title: "un", sections: [{}] },
  { title: "deux", sections: [{}] },
];

/** A saver whose clock and server are in the hands of the test. */
function bench(answers) {
  const timers = new Map();
  const storage = new Map();
  const sent = [];
  const reports = [];
  const clock = {
    setTimeout: (act) => timers.set(timers.size + 1, act).size,
    clearTimeout: (at) => timers.delete(at),
  };
  const copy = new LocalCopy(
    {
      setItem: (name, text) => storage.set(name, text),
      getItem: (name) => storage.get(name) ?? null,
      removeItem: (name) => storage.delete(name),
    },
    "7/arbres",
  );
  const send = async (body, keepalive) => {
    sent.push({ ...JSON.parse(body), keepalive });
    const answer = answers.shift() ?? { revision: sent.length + 1, draft: 2, saved_at: "14 h 32" };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const saver = new Saver({ send, copy, revision: 1, clock, report: (state) => reports.push(state) });
  return { saver, sent, reports, copy, timers };
}

const refusal = (status) => Object.assign(new Error(String(status)), { status, problem: {} });

test("a change is kept here at once, and sent when nothing follows", async () => {
  const { saver, sent, copy, timers } = bench([]);
  saver.note(one);
  assert.equal(copy.read().document.title, "un");
  assert.equal(sent.length, 0);
  assert.equal(timers.size, 1);
  await saver.flush();
  assert.deepEqual(sent, [{ revision: 1, document: one, keepalive: false }]);
});

test("the local copy goes when the server has it, and the next save starts from there", async () => {
  const { saver, sent, copy, reports } = bench([]);
  saver.note(one);
  await saver.flush();
  assert.equal(copy.read(), null);
  assert.deepEqual(reports, ["pending", "saving", "saved"]);
  saver.note(two);
  await saver.flush();
  assert.equal(sent[1].revision, 2);
});

test("what is changed while a save is under way is saved after it, one request at a time", async () => {
  const { saver, sent, copy } = bench([]);
  saver.note(one);
  const first = saver.flush();
  saver.note(two);
  await first;
  assert.equal(saver.isSaved, false);
  assert.deepEqual(copy.read().revision, 2);
  await saver.flush();
  assert.deepEqual(
    sent.map(({ document, revision }) => [document.title, revision]),
    [
      ["un", 1],
      ["deux", 2],
    ],
  );
});

test("a server that is away is asked again, and nothing is lost meanwhile", async () => {
  const { saver, reports, copy, timers } = bench([new Error("réseau")]);
  saver.note(one);
  await saver.flush();
  assert.equal(reports.at(-1), "kept_here");
  assert.equal(copy.read().document.title, "un");
  assert.ok(timers.size > 0);
  await saver.flush();
  assert.equal(reports.at(-1), "saved");
});

test("a conflict stops saving until it is settled, and writing over it starts from the other revision", async () => {
  const { saver, sent, reports, copy } = bench([refusal(412)]);
  saver.note(one);
  await saver.flush();
  saver.note(two);
  await saver.flush();
  assert.deepEqual([reports.at(-1), sent.length], ["stopped", 1]);
  assert.equal(copy.read().document.title, "deux");
  await saver.overwrite(9);
  assert.deepEqual(sent[1], { revision: 9, document: two, keepalive: false });
});

test("what was sent without an answer, and arrived, is no conflict", async () => {
  const lost = new Error("réseau");
  const there = { ...refusal(412), problem: { revision: 2, document: one } };
  const { saver, sent, reports, timers } = bench([lost, Object.assign(new Error("412"), there)]);
  saver.note(one);
  await saver.flush();
  saver.note(two);
  await saver.flush();
  assert.ok(timers.size > 0);
  await saver.flush();
  assert.equal(reports.at(-1), "saved");
  assert.deepEqual(sent.at(-1), { revision: 2, document: two, keepalive: false });
});

test("a document that is refused is not asked again before it changes", async () => {
  const { saver, reports, timers } = bench([refusal(422)]);
  saver.note(one);
  const before = timers.size;
  await saver.flush();
  assert.equal(reports.at(-1), "refused");
  assert.ok(timers.size < before);
});

test("a page that goes sends what is left, when it is small enough to arrive", () => {
  const { saver, sent } = bench([]);
  saver.note(one);
  saver.leave();
  assert.equal(sent[0].keepalive, true);
  const large = bench([]);
  large.saver.note({ title: "é".repeat(40_000), sections: [{}] });
  large.saver.leave();
  assert.equal(large.sent.length, 0);
});

test("a copy is resumed over the state it starts from, offered over another, forgotten when it is the same", () => {
  const start = { revision: 3, document: { title: "a", sections: [{ id: "s", title: "S" }] } };
  const other = { title: "b", sections: [{}] };
  assert.equal(fateOf({ revision: 3, document: other }, start), "resume");
  assert.equal(fateOf({ revision: 2, document: other }, start), "offer");
  const same = { sections: [{ title: "S", id: "s" }], title: "a" };
  assert.equal(fateOf({ revision: 2, document: same }, start), "forget");
  assert.equal(fateOf(null, start), "forget");
});

test("a browser that keeps nothing is no fault", () => {
  const closed = () => {
    throw new Error("refusé");
  };
  const copy = new LocalCopy({ setItem: closed, getItem: closed, removeItem: closed }, "7/arbres");
  copy.write({ document: one });
  copy.remove();
  assert.equal(copy.read(), null);
});
