import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** True once the element has been on, or near, the screen. */
export function useSeen(element: RefObject<HTMLElement>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      setSeen(true);
      observer.disconnect();
    }, { rootMargin: '25% 0%' });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return seen;
}
