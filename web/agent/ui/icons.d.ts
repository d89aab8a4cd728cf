declare module "icon:*" {
  const shapes: [tag: "path" | "circle" | "rect" | "line" | "polyline", attr: Record<string, string>][];
  export default shapes;
}
