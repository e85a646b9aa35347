using System.Text.Json.Nodes;
using Exchange.Protocol.DataSets;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.OpenApi;

namespace Exchange.Adapter.LocalApi.OpenApi;

/// <summary>Messages as JSON schemas, the way protobuf writes JSON: each message once, under its full name.</summary>
sealed class MessageSchemas(OpenApiDocument document, ProtoComments comments, IReadOnlyCollection<DataSetContract> dataSets)
{
    IDictionary<string, IOpenApiSchema> Known => document.Components!.Schemas!;

    public IOpenApiSchema Reference(MessageDescriptor message)
    {
        if (!Known.ContainsKey(message.FullName))
        {
            var schema = new OpenApiSchema { Type = JsonSchemaType.Object, Description = comments.Of(message), AdditionalPropertiesAllowed = false };
            Known[message.FullName] = schema;
            schema.Properties = message.Fields.InFieldNumberOrder().ToDictionary(field => field.JsonName, FieldSchema);
        }
        return new OpenApiSchemaReference(message.FullName, document);
    }

    public static OpenApiSchema Text(string? description, string? format = null) =>
        new() { Type = JsonSchemaType.String, Format = format, Description = description };

    public static OpenApiSchema Whole(string? description, string format = "int64") =>
        new() { Type = JsonSchemaType.Integer, Format = format, Description = description };

    IOpenApiSchema FieldSchema(FieldDescriptor field)
    {
        var description = comments.Of(field);
        return field.IsRepeated
            ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = ValueSchema(field, null), Description = description }
            : ValueSchema(field, description);
    }

    IOpenApiSchema ValueSchema(FieldDescriptor field, string? description) => field.FieldType switch
    {
        FieldType.String => Text(description),
        FieldType.Bytes => Text(description, "byte"),
        FieldType.Bool => new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = description },
        FieldType.Double or FieldType.Float => new OpenApiSchema { Type = JsonSchemaType.Number, Description = description },
        FieldType.Enum => EnumSchema(field.EnumType, description),
        FieldType.Message => MessageSchema(field, description),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 or FieldType.UInt32 or FieldType.Fixed32 => Whole(description, "int32"),
        _ => Whole(description),
    };

    OpenApiSchema EnumSchema(EnumDescriptor values, string? description)
    {
        var said = values.Values.Select(value => (value.Name, Comment: comments.Of(value))).Where(one => one.Comment is not null);
        var lines = new[] { description }.Concat(said.Select(one => $"{one.Name}: {one.Comment}")).OfType<string>();
        var schema = Text(string.Join('\n', lines));
        schema.Enum = [.. values.Values.Select(value => (JsonNode)JsonValue.Create(value.Name))];
        return schema;
    }

    IOpenApiSchema MessageSchema(FieldDescriptor field, string? description)
    {
        var message = field.MessageType;
        if (message.FullName == Timestamp.Descriptor.FullName)
            return Text(description, "date-time");
        if (message.FullName == Duration.Descriptor.FullName)
            return new OpenApiSchema { Type = JsonSchemaType.String, Pattern = @"^\d+(\.\d{1,9})?s$", Description = description };
        if (message.FullName != Any.Descriptor.FullName)
            return Reference(message);
        // The local API carries two kinds of Any: questions in, records out.
        var isQuestion = field.ContainingType.FullName == Agency.V1.LookupRequest.Descriptor.FullName;
        return new OpenApiSchema
        {
            Description = description,
            // Each once: histories are of one form, whoever's they are.
            OneOf = [.. dataSets.Select(one => isQuestion ? one.Question : one.Record).Distinct().Select(Typed)],
        };
    }

    /// <summary>A message inside an Any: its fields beside its type.</summary>
    OpenApiSchema Typed(MessageDescriptor message)
    {
        var typeUrl = new OpenApiSchema { Type = JsonSchemaType.String, Const = $"type.googleapis.com/{message.FullName}" };
        var fields = message.Fields.InFieldNumberOrder().ToDictionary(field => field.JsonName, FieldSchema);
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Title = message.Name,
            Description = comments.Of(message),
            Required = new HashSet<string> { "@type" },
            Properties = fields.Prepend(new("@type", typeUrl)).ToDictionary(),
            AdditionalPropertiesAllowed = false,
        };
    }
}
