// What the build understands beside TypeScript: drawings and style sheets.
declare module "icon:*" {
  const shapes: [string, Record<string, string>][];
  export default shapes;
}
declare module "style:*" {
  const css: string;
  export default css;
}
