import { afterEach, describe, expect, it } from 'vitest';
import en from '../locales/en.json';
import es from '../locales/es.json';
import { setLanguage, t, tMaybe } from './i18n';

afterEach(() => setLanguage('en'));

describe('texts', () => {
  it('choose between one and many and fill their places', async () => {
    expect(t('inbox.selected', { count: 1 })).toBe('1 selected');
    expect(t('inbox.news', { count: 2 })).toBe('Show 2 new leads');
    await setLanguage('es');
    expect(t('inbox.news', { count: 1 })).toBe('Mostrar 1 lead nuevo');
    expect(document.documentElement.lang).toBe('es');
  });

  it('of a key made at run time may be missing', () => {
    expect(tMaybe('reason.D0103', { open: 12, limit: 20 })).toBe('At capacity: 12 of 20');
    expect(tMaybe('reason.D9999')).toBeUndefined();
  });

  it('have the same keys and places in every language', () => {
    const places = (text: unknown) => (JSON.stringify(text).match(/\{\w+\}/g) ?? []).sort().join();
    expect(Object.keys(es)).toEqual(Object.keys(en));
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(places(es[key]), key).toBe(places(en[key]));
    }
  });
});
