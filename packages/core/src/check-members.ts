/**
 * Refuses a rule with a member that no rule has. Ignored, a misspelt `groups` would open an endpoint to
 * every group.
 * @throws TypeError naming the member.
 */
export function checkMembers(rule: object, known: readonly string[]): void {
  const unknown = Object.keys(rule).find((member) => !known.includes(member));
  if (unknown !== undefined) {
    throw new TypeError(`"${unknown}" is no member of a rule; ${known.join(', ')} are`);
  }
}
