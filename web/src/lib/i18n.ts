/**
 * Words of the app. Keys are checked by the compiler: English names them, every other language has
 * the same ones.
 */
import en from '../locales/en.json';

type Plural = { readonly one: string; readonly other: string };
/** The key of a text. */
export type Key = keyof typeof en;
export type Texts = Readonly<Record<Key, string | Plural>>;
export type Language = 'en' | 'es';

export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

let language: Language = 'en';
let texts: Texts = en;

/** The language in use. */
export const spoken = (): Language => language;

/** The same for `Intl`, with the reader's own ways of writing dates and numbers where they fit. */
export const locale = (): string =>
  navigator.languages.find((it) => it.startsWith(language)) ?? language;

/** Loads a language; the page is drawn after it. */
export async function setLanguage(wanted: Language): Promise<void> {
  texts = wanted === 'es' ? ((await import('../locales/es.json')).default satisfies Texts) : en;
  language = wanted;
  document.documentElement.lang = wanted;
}

export type Params = Readonly<Record<string, string | number>>;

/** The text of a key with its places filled; `count` chooses between one and many. */
export function t(key: Key, params: Params = {}): string {
  const found = texts[key];
  const text = typeof found === 'string' ? found : found[form(params.count)];
  return text.replace(/\{(\w+)\}/g, (place, name: string) => shown(params[name]) ?? place);
}

/** The text of a key that is made at run time, if there is one. */
export function tMaybe(key: string, params: Params = {}): string | undefined {
  return key in texts ? t(key as Key, params) : undefined;
}

function form(count: string | number | undefined): keyof Plural {
  const number = typeof count === 'number' ? count : Number(count ?? 0);
  return new Intl.PluralRules(language).select(number) === 'one' ? 'one' : 'other';
}

function shown(value: string | number | undefined): string | undefined {
  return typeof value === 'number' ? new Intl.NumberFormat(locale()).format(value) : value;
}
