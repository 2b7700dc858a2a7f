/** What the library needs from the platform it runs on; Node's twin stands in src/node. */
export const platform = {
  name: 'browser' as 'node' | 'browser',

  /** Do nothing: a page cannot switch its engine's features on. */
  enableRelaxedSimd(): void {},

  /** Let timers, input and painting have their turn. A message is not slowed down as nested timers are. */
  yieldToEventLoop(): Promise<void> {
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      const finish = (): void => {
        channel.port1.close();
        resolve();
      };
      Object.assign(channel.port1, { onmessage: finish });
      channel.port2.postMessage(0);
    });
  },

  /** Milliseconds from an arbitrary moment on, never running backwards. */
  now(): number {
    return performance.now();
  },
};
