import { useEffect } from 'preact/hooks';
import { strings } from '../strings';

/** The page's title in the tab and for screen readers. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · ${strings.product}` : strings.product;
  }, [title]);
}
