import type { ComponentChildren } from "preact";

// Text as nodes: links in anyone's words, bold, slanted and lists in ours. Never markup from a string.

const piece = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])|\*\*([^*\n]+)\*\*|(?<![\w*])[*_]([^*_\n]+)[*_](?![\w*])|`([^`\n]+)`|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/g;

function spans(text: string, marked: boolean): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = 0;
  for (const m of text.matchAll(piece)) {
    if (!m[1] && !marked) continue;
    out.push(text.slice(at, m.index));
    if (m[1]) out.push(<Out to={m[1]}>{m[1]}</Out>);
    else if (m[2]) out.push(<b>{m[2]}</b>);
    else if (m[3]) out.push(<em>{m[3]}</em>);
    else if (m[4]) out.push(<code>{m[4]}</code>);
    else if (m[5] && m[6]) out.push(<Out to={m[6]}>{m[5]}</Out>);
    at = m.index + m[0].length;
  }
  out.push(text.slice(at));
  return out;
}

function Out({ to, children }: { to: string; children: ComponentChildren }) {
  return <a href={to} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
}

export function Rich({ text, marked = false }: { text: string; marked?: boolean }) {
  const blocks = text.trim().split(/\n{2,}/);
  return (
    <div class="rich">
      {blocks.map((block, i) => {
        const lines = block.split("\n");
        if (marked && lines.every((l) => /^\s*[-*] /.test(l))) return <ul key={i}>{lines.map((l, j) => <li key={j}>{spans(l.replace(/^\s*[-*] /, ""), true)}</li>)}</ul>;
        if (marked && lines.every((l) => /^\s*\d+[.)] /.test(l))) return <ol key={i}>{lines.map((l, j) => <li key={j}>{spans(l.replace(/^\s*\d+[.)] /, ""), true)}</li>)}</ol>;
        return <p key={i}>{spans(block, marked)}</p>;
      })}
    </div>
  );
}
