/** Figures of a period. */
import { useQuery } from '@tanstack/react-query';
import { readReport } from '../lib/report';
import { serverNow } from '../lib/ticker';
import { api, unwrap } from './client';
import { keys } from './keys';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** The report of the last so many days, up to the hour that has begun. */
export function useReport(days: number) {
  const to = Math.ceil(serverNow() / HOUR) * HOUR;
  const query = {
    from: new Date(to - days * DAY).toISOString(),
    to: new Date(to).toISOString(),
  };
  return useQuery({
    queryKey: [...keys.report, days, to],
    queryFn: async () =>
      readReport(await unwrap(api.GET('/api/v1/reports/monthly', { params: { query } }))),
    staleTime: 60_000,
  });
}
