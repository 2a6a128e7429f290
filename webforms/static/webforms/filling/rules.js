/**
 * Conditions of forms, evaluated as `webforms.rules` does: both answer the cases of `tests/cases/form_rules.json`.
 *
 * A missing answer (null, an empty text or list) is different from every value, equals none, and is not compared.
 */

/** @typedef {string | number | boolean | null} Scalar */
/** @typedef {Scalar | Scalar[] | undefined} Answer */
/** @typedef {{ field: string, op: string, value?: Answer }} Comparison */
/** @typedef {Comparison | { all: Condition[] } | { any: Condition[] }} Condition */

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/;

/**
 * Whether a condition is true of some answers, by name of item; no condition always is.
 *
 * @param {Condition | null | undefined} condition
 * @param {Record<string, Answer>} answers
 * @returns {boolean}
 */
export function holds(condition, answers) {
  if (!condition) return true;
  if ("all" in condition) return condition.all.every((part) => holds(part, answers));
  if ("any" in condition) return condition.any.some((part) => holds(part, answers));
  return compare(condition.op, answers[condition.field], condition.value);
}

/**
 * @param {string} operator
 * @param {Answer} answer
 * @param {Answer} value
 */
function compare(operator, answer, value) {
  if (operator === "empty") return isMissing(answer) === (value !== false);
  if (isMissing(answer)) return operator === "!=";
  switch (operator) {
    case "=":
      return equals(answer, value);
    case "!=":
      return !equals(answer, value);
    case "in":
      return members(answer).some((each) => has(members(value), each));
    case "contains":
      return contains(answer, value);
    default:
      return isOrdered(operator, order(answer, value));
  }
}

/** @param {Answer} answer */
function isMissing(answer) {
  return (
    answer === undefined || answer === null || answer === "" || (Array.isArray(answer) && !answer.length)
  );
}

/** @param {Answer} value @returns {Scalar[]} */
function members(value) {
  return Array.isArray(value) ? value : [value ?? null];
}

/** @param {Answer} answer @param {Answer} value */
function equals(answer, value) {
  const [left, right] = [members(answer), members(value)];
  return left.every((each) => has(right, each)) && right.every((each) => has(left, each));
}

/** @param {Scalar[]} list @param {Scalar} value */
function has(list, value) {
  return list.some((member) => areEqual(member, value));
}

/** @param {Scalar} answer @param {Scalar} value */
function areEqual(answer, value) {
  if (typeof answer === "boolean" || typeof value === "boolean") {
    const first = truth(answer);
    return first !== "" && first === truth(value);
  }
  const [first, second] = [number(answer), number(value)];
  if (first !== null && second !== null) return first === second;
  return typeof answer === "string" && answer === value;
}

/** A boolean as JSON writes it, or nothing. @param {Scalar} value */
function truth(value) {
  const text = String(value);
  return (typeof value === "boolean" || typeof value === "string") && /^(true|false)$/.test(text) ? text : "";
}

/** @param {Scalar} value @returns {number | null} */
function number(value) {
  if (typeof value === "number") return value;
  return typeof value === "string" && NUMBER.test(value) ? Number(value) : null;
}

/**
 * -1, 0 or 1 as the answer is before, at or after a value; null where they have no order.
 *
 * @param {Answer} answer
 * @param {Answer} value
 */
function order(answer, value) {
  if (Array.isArray(answer) || Array.isArray(value)) return null;
  const [first, second] = [number(answer ?? null), number(value ?? null)];
  if (first !== null && second !== null) return Math.sign(first - second);
  if (typeof answer !== "string" || typeof value !== "string") return null;
  if (!INSTANT.test(answer) || !INSTANT.test(value)) return null;
  const [before, after] = [answer.replace(" ", "T"), value.replace(" ", "T")];
  return Number(before > after) - Number(before < after);
}

/** @param {string} operator @param {number | null} place */
function isOrdered(operator, place) {
  if (place === null) return false;
  if (operator === "<") return place < 0;
  if (operator === "<=") return place <= 0;
  return operator === ">" ? place > 0 : place >= 0;
}

/** @param {Answer} answer @param {Answer} value */
function contains(answer, value) {
  if (Array.isArray(answer)) return members(value).every((each) => has(answer, each));
  return typeof answer === "string" && typeof value === "string" && answer.includes(value);
}
