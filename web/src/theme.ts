/** The look: one accent, hairlines instead of shadows, sizes on a grid of four. */
import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
} from '@mantine/core';

const indigo: MantineColorsTuple = [
  '#eef0ff',
  '#e0e3ff',
  '#c7ccff',
  '#a5acfc',
  '#818cf8',
  '#6366f1',
  '#4f46e5',
  '#4338ca',
  '#3730a3',
  '#312e81',
];

/** Text to background; the surfaces of the dark scheme lie in the middle. */
const dark: MantineColorsTuple = [
  '#e8eaee',
  '#c3c9d2',
  '#9aa4b2',
  '#6f7a89',
  '#2b3038',
  '#23272e',
  '#181b20',
  '#101216',
  '#0c0e11',
  '#08090b',
];

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: 6,
  colors: { indigo, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '14px', lineHeight: '20px' },
      h3: { fontSize: '13px', lineHeight: '20px' },
    },
  },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '10px', xl: '14px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' },
    }),
    Input: Input.extend({ defaultProps: { size: 'sm' } }),
    // By name: to import them here would load them with every page. The placeholder for the first
    // focus is no part of a menu to a screen reader.
    Menu: {
      defaultProps: {
        withInitialFocusPlaceholder: false,
        shadow: 'md',
        transitionProps: { duration: 120 },
      },
    },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 140, transition: 'fade' } },
      classNames: { content: 'dialog', header: 'dialog-head', title: 'dialog-title' },
    },
  },
});

/** Mantine's own names for our tokens: its defaults miss the contrast we hold ourselves to. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f8f9fb',
    '--mantine-color-text': '#16181d',
    '--mantine-color-dimmed': '#5b6472',
    '--mantine-color-error': '#a3161e',
    '--mantine-color-placeholder': '#5b6472',
    '--mantine-color-default-border': '#e4e7ec',
    '--mantine-color-anchor': '#4338ca',
  },
  dark: {
    '--mantine-color-body': '#101216',
    '--mantine-color-text': '#e8eaee',
    '--mantine-color-dimmed': '#9aa4b2',
    '--mantine-color-error': '#ff9ea2',
    '--mantine-color-placeholder': '#9aa4b2',
    '--mantine-color-default-border': '#2b3038',
    '--mantine-color-default': '#181b20',
    '--mantine-color-default-hover': '#23272e',
    '--mantine-color-anchor': '#a5acfc',
  },
});
