package io.fastmemory.connectors.index.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataFilterTest {
    private static final Struct RECORD =
            struct("{'entity_id':'ann','version':3,'verbatim':true,'tags':['red','green'],'name':''}");

    private static Struct struct(String json) {
        Struct.Builder struct = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(json.replace('\'', '"'), struct);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(json, e);
        }
        return struct.build();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | true",
                "{'entity_id':'ann'} | true",
                "{'entity_id':{'$eq':'bob'}} | false",
                "{'absent':{'$eq':'ann'}} | false",
                "{'entity_id':{'$ne':'bob'}} | true",
                "{'entity_id':{'$ne':'ann'}} | false",
                "{'absent':{'$ne':'ann'}} | true",
                "{'version':3} | true",
                "{'version':{'$gt':3}} | false",
                "{'version':{'$gte':3}} | true",
                "{'version':{'$lt':3}} | false",
                "{'version':{'$lte':3}} | true",
                "{'version':{'$gt':1,'$lt':3}} | false",
                "{'version':{'$gt':1,'$lt':4}} | true",
                "{'entity_id':{'$gt':1}} | false",
                "{'absent':{'$lt':1}} | false",
                "{'verbatim':true} | true",
                "{'verbatim':{'$in':[false]}} | false",
                "{'entity_id':{'$in':['bob','ann']}} | true",
                "{'entity_id':{'$in':[]}} | false",
                "{'entity_id':{'$nin':['bob']}} | true",
                "{'entity_id':{'$nin':['bob','ann']}} | false",
                "{'tags':'green'} | true",
                "{'tags':{'$in':['blue','red']}} | true",
                "{'tags':{'$nin':['blue','red']}} | false",
                "{'tags':{'$exists':true}} | true",
                "{'tags':{'$exists':false}} | false",
                "{'absent':{'$exists':false}} | true",
                "{'name':''} | true",
                "{'entity_id':'ann','version':4} | false",
                "{'$and':[{'entity_id':'ann'},{'version':3}]} | true",
                "{'$and':[{'entity_id':'ann'},{'version':4}]} | false",
                "{'$or':[{'entity_id':'bob'},{'version':3}]} | true",
                "{'$or':[{'entity_id':'bob'},{'$and':[{'version':3},{'tags':'blue'}]}]} | false",
            })
    void matches(String filter, boolean expected) {
        assertThat(MetadataFilter.parse(struct(filter)).matches(RECORD)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':{'$near':1}} | filter operator must be one of",
                "{'$not':[{'a':1}]} | filter operator must be $and or $or at this place: $not",
                "{'a':{'$gt':'x'}} | $gt takes a number",
                "{'a':{'$in':'x'}} | $in takes a list",
                "{'a':{'$exists':1}} | $exists takes true or false",
                "{'$or':[]} | $or takes at least one filter",
                "{'$and':{'a':1}} | $and takes a list",
                "{'$and':['a']} | $and takes a list of filters",
                "{'a':null} | takes strings, numbers or booleans",
            })
    void refuses(String filter, String message) {
        assertThatThrownBy(() -> MetadataFilter.parse(struct(filter)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void narrowsTheCandidatesByIndexedFields() {
        Map<String, List<Integer>> byEntity = Map.of("ann", List.of(1, 2), "bob", List.of(3));
        MetadataFilter.Postings postings =
                (field, value) -> field.equals("entity_id") ? byEntity.getOrDefault(value, List.of()) : null;

        assertThat(MetadataFilter.parse(struct("{'entity_id':'ann','version':1}"))
                        .candidates(postings))
                .containsExactly(1, 2);
        assertThat(MetadataFilter.parse(struct("{'entity_id':{'$in':['ann','bob','eve']}}"))
                        .candidates(postings))
                .containsExactlyInAnyOrder(1, 2, 3);
        assertThat(MetadataFilter.parse(struct("{'$or':[{'entity_id':'bob'},{'entity_id':'ann'}]}"))
                        .candidates(postings))
                .containsExactlyInAnyOrder(1, 2, 3);
        assertThat(MetadataFilter.parse(struct("{'$or':[{'entity_id':'bob'},{'version':1}]}"))
                        .candidates(postings))
                .isNull();
        assertThat(MetadataFilter.parse(struct("{'entity_id':{'$ne':'bob'}}")).candidates(postings))
                .isNull();
        assertThat(MetadataFilter.parse(struct("{}")).candidates(postings)).isNull();
    }
}
