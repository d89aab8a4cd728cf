import { type RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** How large an element is and its letter, kept right when the screen changes. */
export function useSize<E extends HTMLElement>(): [RefObject<E | null>, { w: number; h: number }, number] {
  const ref = useRef<E>(null);
  const [size, setSize] = useState({ w: 0, h: 0, em: 16 });
  useLayoutEffect(() => {
    const at = ref.current;
    if (!at) return;
    const measure = () => {
      const next = { w: Math.floor(at.clientWidth), h: Math.floor(at.clientHeight), em: parseFloat(getComputedStyle(at).fontSize) };
      setSize((was) => (was.w === next.w && was.h === next.h && was.em === next.em ? was : next));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(at);
    return () => watch.disconnect();
  }, []);
  return [ref, size, size.em];
}

/** On a big screen nothing scrolls: how many rows of so many letters high there is room for. A phone scrolls and shows all. */
export function useRows<E extends HTMLElement>(rowHeight: number, all: number, columns = 1): [RefObject<E | null>, number] {
  const [ref, size, em] = useSize<E>();
  if (!matchMedia("(min-width: 1000px)").matches) return [ref, all];
  const room = Math.max(1, Math.floor((size.h + 1) / (rowHeight * em))) * columns;
  return [ref, all <= room ? all : Math.max(1, room - 1)];
}
