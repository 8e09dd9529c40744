/** Whether the person may act on a handoff; the server has the last word. */
import type { WorkItem } from '../../api/work';
import { type Session, useSession } from '../../app/session';

export function mayRespond(session: Session, item: WorkItem): boolean {
  const reach = session.rights.respond;
  if (!reach || item.closed_at) return false;
  return reach !== 'own' || !item.owner || item.owner === session.user.rep;
}

export function useMayRespond(items: readonly WorkItem[]): boolean {
  const session = useSession();
  return items.length > 0 && items.every((it) => mayRespond(session, it));
}
