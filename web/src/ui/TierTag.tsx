import { t } from '../lib/i18n';
import styles from './Pill.module.css';

/** The tier of a lead, 1 is the most urgent. */
export function TierTag({ tier }: { tier: string | null | undefined }) {
  if (!tier) return null;
  return (
    <span className={`${styles.pill} ${styles.tier}`} title={t('tier.title', { tier })}>
      {t('tier.short', { tier })}
    </span>
  );
}
