import functionContext from "typescript-to-lua/dist/transformation/utils/function-context.js";

/**
 * Portable functions have no `this`. TypeScriptToLua knows that (`noImplicitSelf`) of functions, but still hands a hidden first
 * argument to those whose type stands in an interface, `feed: (n: number) => void`, and has no option against it. Here it
 * learns that no function has one: calls get shorter and faster, and any function may go into any property.
 */
Object.assign(functionContext, {
  getCallContextType: () => functionContext.ContextType.Void,
  getFunctionContextType: () => functionContext.ContextType.Void,
});
