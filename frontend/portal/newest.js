/** Runs requests; a newer one stops the one before it. */
export class Newest {
  /** `request(signal)` -> its promise. */
  run(request) {
    this.stop();
    this.running = new AbortController();
    return request(this.running.signal);
  }

  stop() {
    this.running?.abort();
  }
}
