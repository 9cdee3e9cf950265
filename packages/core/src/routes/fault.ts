/** One thing that `checkRoutes` reports. */
export interface Fault {
  /** What it is about, as `public` and `checked` name it. */
  readonly subject: string;
  readonly text: string;
  /** Whether it says that something cannot be checked, so that `checked` may list it. */
  readonly isUncertain: boolean;
}

/** A fault that only a change of the application removes. */
export function createFault(subject: string, text: string): Fault {
  return { subject, text: `${subject} ${text}`, isUncertain: false };
}

/** A fault that someone who has looked may list in `checked`. */
export function createUncertainty(subject: string, text: string): Fault {
  return { subject, text: `${subject} ${text}`, isUncertain: true };
}
