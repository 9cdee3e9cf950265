/** A fault that `checkRoutes` reports. */
export interface Fault {
  /** The name of the route, function or entry, as the options `public` and `checked` spell it. */
  readonly subject: string;
  readonly text: string;
  /** Whether `checkRoutes` cannot check the subject, so that `checked` may list it. */
  readonly isUncertain: boolean;
}

/** A fault that only a change of the application removes. */
export function createFault(subject: string, text: string): Fault {
  return { subject, text: `${subject} ${text}`, isUncertain: false };
}

/** A fault that `checked` may list after a check by hand. */
export function createUncertainty(subject: string, text: string): Fault {
  return { subject, text: `${subject} ${text}`, isUncertain: true };
}
