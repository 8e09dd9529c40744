/** Keys of the query cache. What an event may change begins with the name of what it is about. */
export const keys = {
  session: ['session'] as const,
  signIn: ['sign_in'] as const,
  work: (scope: string) => ['work', scope] as const,
  anyWork: ['work'] as const,
  handoff: (id: string) => ['handoff', id] as const,
  anyHandoff: ['handoff'] as const,
  lead: (id: string) => ['lead', id] as const,
  reps: ['reps'] as const,
  report: ['report'] as const,
  rejectReasons: ['reject_reasons'] as const,
};
