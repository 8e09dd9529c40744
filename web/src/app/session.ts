/** Who is signed in, and what they may do. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext } from 'react';
import { ApiFailure, api, type Schemas, setToken, unwrap } from '../api/client';
import { keys } from '../api/keys';

export type Session = Schemas['Session'];

/** The session of this browser; `null` where nobody is signed in. */
export function useSessionQuery() {
  return useQuery({
    queryKey: keys.session,
    queryFn: async (): Promise<Session | null> => {
      try {
        return begun(await unwrap(api.GET('/api/v1/session')));
      } catch (error) {
        if (error instanceof ApiFailure && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** How one signs in here. */
export function useSignInOptions() {
  return useQuery({
    queryKey: keys.signIn,
    queryFn: () => unwrap(api.GET('/api/v1/sign-in')),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function begun(session: Session): Session {
  setToken(session.csrf ?? null);
  return session;
}

/** Takes a session as it was answered, and forgets all that the one before could see. */
export function useEnter() {
  const client = useQueryClient();
  return useCallback(
    (session: Session) => {
      begun(session);
      const others = { predicate: (it: { queryKey: readonly unknown[] }) => isData(it.queryKey) };
      client.removeQueries(others);
      client.setQueryData(keys.session, session);
    },
    [client],
  );
}

const isData = (key: readonly unknown[]): boolean =>
  key[0] !== keys.session[0] && key[0] !== keys.signIn[0];

export function useSignOut() {
  const client = useQueryClient();
  return useCallback(
    async (everywhere: boolean) => {
      await unwrap(everywhere ? api.DELETE('/api/v1/sessions') : api.DELETE('/api/v1/session'));
      setToken(null);
      client.removeQueries({ predicate: (it) => isData(it.queryKey) });
      client.setQueryData(keys.session, null);
    },
    [client],
  );
}

export const SessionContext = createContext<Session | null>(null);

/** The session below the shell, where somebody is signed in for certain. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('this is shown to people who are signed in');
  return session;
}

/** Whether the person may do something at all; how far is the server's to say. */
export const useMay = (action: string): boolean => action in useSession().rights;
