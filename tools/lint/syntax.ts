/**
 * Rules about syntax: how Effect code and its tests are written here.
 */
import { forbid, inspect, type Statement } from "./rule.ts"

const testFunctions = "/^(it|test|describe|layer)$/"
const compilers = "/^(decode|encode)(Unknown)?(Effect|Exit|Option|Result|Sync|Promise)$|^(is|asserts)$/"
const modulesOfEffect = "/^(effect|@effect\\/platform-[^\\/]+)\\//"

const asClass = (statement: Statement) => {
  const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement
  return declared?.type === "ClassDeclaration" ? declared : undefined
}

type Class = NonNullable<ReturnType<typeof asClass>>

const isTaggedError = (factory: Class["superClass"]) =>
  factory?.type === "MemberExpression" &&
  factory.property.type === "Identifier" &&
  factory.property.name === "TaggedError"

/**
 * The fields of `class X extends Schema.TaggedError<X>()("X", { ... })` or of `class X extends Data.TaggedError("X")<{ ... }>`, or nothing for
 * another class.
 */
const taggedErrorFields = ({ superClass, superTypeArguments }: Class) => {
  if (superClass?.type !== "CallExpression") return undefined
  const { callee } = superClass
  if (isTaggedError(callee)) {
    return superTypeArguments?.params.flatMap((type) => (type.type === "TSTypeLiteral" ? type.members : [])) ?? []
  }
  if (callee.type !== "CallExpression" || !isTaggedError(callee.callee)) return undefined
  return superClass.arguments.flatMap((argument) => (argument.type === "ObjectExpression" ? argument.properties : []))
}

const isMessage = (member: {
  readonly type: string
  readonly key?: { readonly type: string; readonly name?: unknown }
}) => member.key?.type === "Identifier" && member.key.name === "message"

export const syntaxRules = {
  "no-try": forbid("TryStatement", "Use Effect.try, Effect.tryPromise or Effect.acquireRelease instead of try."),

  "no-throw": forbid("ThrowStatement", "Fail with a tagged error, or die with Effect.die for a bug, instead of throw."),

  "no-inline-schema-compile": forbid(
    `:function CallExpression[callee.object.name=/^Schema(Parser)?$/][callee.property.name=${compilers}]`,
    "Compile a schema once, at module scope: inside a function it is compiled at every call.",
  ),

  "namespace-import": forbid(
    `ImportDeclaration[importKind!="type"][source.value=${modulesOfEffect}][source.value!="effect/Function"] > ImportSpecifier[importKind!="type"]`,
    'Import a module of Effect as a namespace: import * as Effect from "effect/Effect".',
  ),

  "span-name": forbid(
    `CallExpression[callee.object.name="Effect"][callee.property.name=/^(fn|withSpan)$/] > Literal[value!=/^[A-Z][A-Za-z]*\\.[a-z][A-Za-z]*$/]`,
    'Name a function and its span "Module.verb".',
  ),

  "layer-name": forbid(
    "VariableDeclarator[id.name=/(Live|Default)(Layer)?$/], PropertyDefinition[key.name=/(Live|Default)(Layer)?$/]",
    "Name a layer layer, layerConfig, layerFromConfig, layerMemory or layerTest, never Live or Default.",
  ),

  "option-shape": forbid(
    `TSInterfaceDeclaration[id.name=/Options$/] > TSInterfaceBody > TSPropertySignature[optional=true]:not([readonly=true]:has(TSUndefinedKeyword))`,
    "Write an option as readonly name?: Type | undefined.",
  ),

  "error-message": inspect("A tagged error has a message.", (context) => {
    for (const declared of context.sourceCode.ast.body.map(asClass)) {
      const fields = declared === undefined ? undefined : taggedErrorFields(declared)
      if (declared === undefined || fields === undefined) continue
      if (fields.some(isMessage) || declared.body.body.some(isMessage)) continue
      context.report({
        node: declared,
        message: "Give a tagged error a message: it is empty in logs and spans without.",
      })
    }
  }),

  "test-title": forbid(
    `CallExpression[callee.name=${testFunctions}] > Literal[value=/\\bshould\\b/i], CallExpression[callee.object.name=${testFunctions}] > Literal[value=/\\bshould\\b/i]`,
    "State a present-tense fact as the title of a test, without should.",
  ),

  "no-skipped-test": forbid(
    `MemberExpression[property.name=/^(skip|skipIf|only|runIf|todo|fails)$/][object.name=${testFunctions}], MemberExpression[property.name=/^(skip|skipIf|only|runIf|todo|fails)$/][object.object.name=${testFunctions}]`,
    "Run every test: fix it or delete it.",
  ),
}
