import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiFailure } from './api/client';
import { keys } from './api/keys';
import { preferences } from './app/preferences';
import { router } from './app/router';
import { setLanguage } from './lib/i18n';
import { cssVariablesResolver, theme } from './theme';

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // The session has ended: what is left is the way in.
    onError: (error) => {
      if (error instanceof ApiFailure && error.status === 401) {
        client.setQueryData(keys.session, null);
      }
    },
  }),
  defaultOptions: {
    queries: {
      // Events say when something has changed; this is for what they do not tell.
      staleTime: 30_000,
      retry: (count, error) =>
        count < 3 &&
        (!(error instanceof ApiFailure) || error.status === 503 || error.status === 429),
    },
  },
});

await setLanguage(preferences().language);
const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariablesResolver}
        defaultColorScheme="auto"
      >
        <QueryClientProvider client={client}>
          <Notifications position="bottom-center" limit={3} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
