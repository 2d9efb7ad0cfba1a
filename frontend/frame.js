import { bucketEnd } from "./sampling.js";

/**
 * The x axis of the charts: a bucket `{start, end, row}` for every row of the answer, and an empty
 * one (`row: null`) at each end of every gap, so that nothing is drawn through it.
 */
export function frame(starts, sampling) {
  const buckets = [];
  starts.forEach((start, row) => {
    const end = bucketEnd(start, sampling);
    addGap(buckets, 2 * start - end, start);
    buckets.push({ start, end, row });
    if (starts[row + 1] !== end) addGap(buckets, end, bucketEnd(end, sampling));
  });
  return buckets;
}

function addGap(buckets, start, end) {
  const last = buckets.at(-1);
  if (!last || start >= last.end) buckets.push({ start, end, row: null });
}

/** A bucket is drawn in its middle, so that the nearest one is the one under the pointer. */
export function middle(bucket) {
  return (bucket.start + bucket.end) / 2;
}

/** A column of the answer along the buckets, as numbers. */
export function along(buckets, column) {
  return buckets.map(({ row }) => number(row === null ? null : column[row]));
}

function number(value) {
  return value === null ? null : Number(value);
}
