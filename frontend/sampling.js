/** The sampling words, finest first. All times are Unix seconds; buckets are in UTC. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds of a bucket; of a month, its mean. */
export const WIDTHS = {
  minute: MINUTE,
  "5minutes": 5 * MINUTE,
  "15minutes": 15 * MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 30.44 * DAY,
};

export const SAMPLINGS = Object.keys(WIDTHS);

const NAMES = { "5minutes": "5 minutes", "15minutes": "15 minutes" };

/** What a person reads: `5minutes` is "5 minutes". */
export function samplingName(sampling) {
  return NAMES[sampling] ?? sampling;
}

/** Start of the bucket after the one that begins at `start`. */
export function bucketEnd(start, sampling) {
  return sampling === "month" ? nextMonth(start) : start + WIDTHS[sampling];
}

function nextMonth(start) {
  const date = new Date(start * 1000);
  return date.setUTCMonth(date.getUTCMonth() + 1) / 1000;
}

/** The finest sampling that gives a range of so many seconds at most `most` buckets. */
export function fittingSampling(seconds, most = 200) {
  return SAMPLINGS.find((sampling) => seconds / WIDTHS[sampling] <= most) ?? SAMPLINGS.at(-1);
}
