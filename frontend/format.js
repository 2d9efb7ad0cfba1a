/** Numbers and times as a person reads them; the endpoint's decimals arrive as strings. */

const NOTHING = "–";
const LOCALE = "en-GB";

const WHOLE = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const DECIMAL = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const SHORT = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });

const formatter = (format) => (value) => (value === null ? NOTHING : format.format(value));

export const whole = formatter(WHOLE);
export const decimal = formatter(DECIMAL);
/** For an axis: 1200 is "1.2K". */
export const short = formatter(SHORT);

export function percent(value) {
  return value === null ? NOTHING : `${decimal(value)} %`;
}

const clock = (options) => {
  const format = new Intl.DateTimeFormat(LOCALE, { timeZone: "UTC", hourCycle: "h23", ...options });
  return (seconds) => format.format(seconds * 1000);
};

const WEEKDAY = clock({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const MONTH = clock({ month: "long", year: "numeric" });

export const dayOfMonth = clock({ day: "numeric", month: "short" });
export const monthOfYear = clock({ month: "short", year: "numeric" });
export const timeOfDay = clock({ hour: "2-digit", minute: "2-digit" });

/** Name of the bucket that begins at `start`, Unix seconds, in UTC. */
export function bucketName(start, sampling) {
  if (sampling === "month") return MONTH(start);
  if (sampling === "week") return `Week of ${WEEKDAY(start)}`;
  if (sampling === "day") return WEEKDAY(start);
  return `${WEEKDAY(start)} ${timeOfDay(start)}`;
}
