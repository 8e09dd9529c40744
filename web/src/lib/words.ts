/** Names of policies and formats as people read them. */

/** `decision_maker` as `Decision maker`. */
export function plain(name: string): string {
  const text = name.replaceAll('_', ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
