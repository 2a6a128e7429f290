/** How far a file is on its way, in words. Pure: bytes and seconds in, figures out. */

const STEP = 1024;
const UNITS = ["octets", "ko", "Mo", "Go"];
const WHOLE_FROM = 10;
const MINUTE = 60;

/** A size as people say it, `units` being the words for bytes, kilobytes and so on (as `interface.wording.size`). */
export function sizeText(bytes, language, units = UNITS) {
  let amount = bytes;
  let power = 0;
  while (Math.round(amount) >= STEP && power < units.length - 1) {
    amount /= STEP;
    power += 1;
  }
  const digits = amount >= WHOLE_FROM ? 0 : 1;
  return `${amount.toLocaleString(language, { maximumFractionDigits: digits })}\u00a0${units[power]}`;
}

/** Seconds until all is sent at the pace so far, null while that says nothing yet; rounded, so that it does not dance. */
export function secondsLeft(sent, total, elapsed) {
  if (elapsed < 1 || sent <= 0) return null;
  const seconds = ((total - sent) * elapsed) / sent;
  return seconds > MINUTE
    ? Math.ceil(seconds / 10) * 10
    : Math.ceil(seconds > 20 ? seconds / 5 : seconds) * (seconds > 20 ? 5 : 1);
}

/** Which quarter of the way is reached: what is worth saying aloud. */
export const quarter = (sent, total) => (total > 0 ? Math.floor((4 * sent) / total) : 0);

/** Seconds as `template.seconds` (`{n}`) or, above a minute, `template.minutes` say them. */
export function timeText(seconds, template) {
  return seconds > 90
    ? template.minutes.replace("{n}", Math.round(seconds / MINUTE))
    : template.seconds.replace("{n}", seconds);
}
