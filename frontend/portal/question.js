import { timeRange } from "../api.js";
import { fittingSampling, SAMPLINGS, samplingName } from "../sampling.js";
import { rangeOf } from "./state.js";

const TOO_MANY_ROWS = /^more than \d+ rows/;
const ADVICE = /use sampling (\w+)/;

/**
 * A state at a time -> what to ask: `{account, currency, from, to, sampling, filters}`, times in
 * Unix seconds, `to` excluded. `accounts`: `[{id, name, currency}]`, at least one.
 */
export function questionOf(state, accounts, now) {
  const { from, to } = rangeOf(state, now);
  const account = state.account || accounts[0].id;
  const { name = "", currency = null } = accounts.find(({ id }) => id === account) ?? {};
  const sampling = state.sampling || fittingSampling(to - from);
  return { account, name, currency, from, to, sampling, filters: state.filters };
}

/** A question in the words of the endpoint. */
export function parametersOf({ account, from, to, sampling, filters }) {
  return { "account-id": account, ...timeRange(from, to), sampling, ...filters };
}

/**
 * `{question, answer, notice}`. Where the endpoint finds that too many rows would come, it is asked
 * again with a coarser sampling, and the notice says so.
 */
export async function ask(api, question, options) {
  try {
    const answer = await api.statistics(parametersOf(question), options);
    return { question, answer, notice: "" };
  } catch (error) {
    const sampling = coarser(question, error.message);
    if (!sampling) throw error;
    const asked = await ask(api, { ...question, sampling }, options);
    return {
      ...asked,
      notice: `Shown by ${samplingName(asked.question.sampling)}: ${error.message}`,
    };
  }
}

/** The sampling that fits, else the one that the endpoint advises; undefined: none is coarser. */
function coarser({ from, to, sampling }, error) {
  if (!TOO_MANY_ROWS.test(error)) return undefined;
  const finer = SAMPLINGS.indexOf(sampling);
  const choices = [fittingSampling(to - from), error.match(ADVICE)?.[1]];
  return choices.find((choice) => SAMPLINGS.indexOf(choice) > finer);
}
